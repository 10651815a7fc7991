import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Config } from './config.ts';
import { claude, codex, config as wholeConfig } from './config-checks.ts';
import { CONFIG_KEYWORDS } from './config-keywords.ts';
import { claimsToBeProvider, providerProblem } from './provider-value.ts';
import { DEFAULT_PROFILES } from './settings.ts';
import { suggest } from './suggest.ts';

export interface ConfigProblem {
  /** Where, as one would write it in code: `validation.routing[0].profile`. Empty for the config itself. */
  readonly path: string;
  /** What is wrong, to be read after the path. */
  readonly message: string;
}

/** What a built-in agent may be told is checked by the agent's name. */
const OPTIONS_OF_TOOLS: ReadonlyMap<string, ValidateFunction> = new Map([
  ['codex', codex],
  ['claude', claude],
]);

/** Everything that is wrong with a config; nothing when it is a {@link Config}. Changes nothing in it. */
export function configProblems(value: unknown): readonly ConfigProblem[] {
  const problems = problemsOfForm(wholeConfig, value, '');
  if (problems.length > 0) return problems;
  const config = value as Config;
  return [...toolProblems(config), ...profileProblems(config)];
}

function problemsOfForm(check: ValidateFunction, value: unknown, at: string): readonly ConfigProblem[] {
  if (check.call(CONFIG_KEYWORDS, value)) return [];
  return (check.errors ?? []).flatMap((error) => problemOf(error, at));
}

function problemOf(error: ErrorObject, at: string): readonly ConfigProblem[] {
  const path = joined(at, error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties':
      return [unknownKey(error, path)];
    case 'required':
      return [{ path, message: `needs \`${error.params.missingProperty}\`` }];
    case 'type':
      return [{ path, message: `must be ${typesOf(error.schema)}, is ${kindOf(error.data)}` }];
    case 'enum':
      return [{ path, message: notAmong(error.data, error.schema as readonly string[]) }];
    case 'pattern':
      return error.propertyName === undefined ? [{ path, message: 'must not be empty' }] : [];
    case 'propertyNames':
      return [{ path, message: `cannot have the name \`${error.params.propertyName}\`` }];
    case 'toolName':
      return [{ path, message: providerProblem(error.data) ?? 'must not be empty' }];
    case 'projectPath':
      return [{ path, message: `must stay inside the project, is \`${error.data}\`` }];
    case 'timeSpan':
      return [{ path, message: `must be a time such as \`30m\`, \`12h\` or \`7d\`, is \`${error.data}\`` }];
    case 'discoveryPass':
      return [{ path, message: 'must be a pass, as a package of passes makes it' }];
    default:
      return [{ path, message: error.message ?? 'is not allowed' }];
  }
}

function unknownKey(error: ErrorObject, path: string): ConfigProblem {
  const key: string = error.params.additionalProperty;
  const known = Object.keys(error.parentSchema?.properties ?? {});
  const meant = suggest(key, known);
  const help = meant ? `did you mean \`${meant}\`?` : `known here: ${known.join(', ')}`;
  return { path: path === '' ? key : `${path}.${key}`, message: `is not a key of the config; ${help}` };
}

function toolProblems({ providers }: Config): readonly ConfigProblem[] {
  return Object.entries(providers?.tools ?? {}).flatMap(([name, value]) => {
    const path = `providers.tools.${name}`;
    const options = OPTIONS_OF_TOOLS.get(name);
    if (options && !claimsToBeProvider(value) && typeof value !== 'function') {
      return problemsOfForm(options, value, path);
    }
    const message = providerProblem(value);
    return message ? [{ path, message }] : [];
  });
}

function profileProblems({ validation }: Config): readonly ConfigProblem[] {
  const own = Object.keys(validation?.profiles ?? {});
  const profiles = [...DEFAULT_PROFILES, ...own];
  const reserved = own.filter((name) => DEFAULT_PROFILES.includes(name));
  return [
    ...reserved.map((name) => ({
      path: `validation.profiles.${name}`,
      message: `needs another name: \`${name}\` stands for \`validation.default\``,
    })),
    ...(validation?.routing ?? []).flatMap(({ profile }, index) =>
      profiles.includes(profile)
        ? []
        : [
            {
              path: `validation.routing[${index}].profile`,
              message: `names no profile: ${notAmong(profile, profiles)}`,
            },
          ],
    ),
  ];
}

function notAmong(value: unknown, choices: readonly string[]): string {
  const meant = typeof value === 'string' ? suggest(value, choices) : undefined;
  const help = meant ? `did you mean \`${meant}\`?` : `choose one of ${choices.join(', ')}`;
  return `cannot be ${JSON.stringify(value) ?? kindOf(value)}; ${help}`;
}

/** A JSON pointer as code: `/routing/0/profile` is `routing[0].profile`. */
function joined(at: string, pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) return `${path}[${part}]`;
      return path === '' ? part : `${path}.${part}`;
    }, at);
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'an object',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
};

function typesOf(schema: unknown): string {
  return [schema]
    .flat()
    .map((type) => KINDS[String(type)] ?? String(type))
    .join(' or ');
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return KINDS.array ?? '';
  return KINDS[typeof value] ?? `a ${typeof value}`;
}
