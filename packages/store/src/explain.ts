import {
  CANDIDATE_SCHEMA,
  type JsonSchema,
  parseRepoPath,
  parseTaskId,
  type RepoPath,
  SOURCE_TYPES,
  TASK_LIMITS,
  TASK_SCHEMA,
} from '@backlog-runner/contracts';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { ajv } from './load-on-demand.ts';
import { nearMatch } from './near-match.ts';
import { type Fields, stemOf } from './read-task.ts';

/** Where in the fields something is wrong, and one sentence about what. */
export interface Flaw {
  readonly at: readonly (string | number)[];
  readonly message: string;
}

/** Why these fields are no task. */
export function explainTask(fields: unknown, path: RepoPath): Flaw {
  return brokenSchema(taskValidator(), fields) ?? brokenId(fields as Fields, path) ?? explainRules(fields as Fields);
}

/** Why these fields are no candidate. */
export function explainCandidate(fields: unknown): Flaw {
  return brokenSchema(candidateValidator(), fields) ?? explainRules(fields as Fields);
}

/** The rules that a JSON Schema cannot say. */
function explainRules(fields: Fields): Flaw {
  const rules = [
    ['touch_paths', parseRepoPath, 'is not a path inside the project. Write it relative to the project directory'],
    ['depends_on', parseTaskId, 'cannot be the id of a task'],
    ['superseded_by', parseTaskId, 'cannot be the id of a task'],
  ] as const;
  for (const [key, parse, complaint] of rules) {
    const values = Array.isArray(fields[key]) ? fields[key] : [];
    const index = values.findIndex((value) => parse(value) === undefined);
    if (index >= 0) return { at: [key, index], message: `\`${key}\`: ${quoted(values[index])} ${complaint}.` };
  }
  return { at: [], message: 'It breaks the task schema.' };
}

function brokenId(fields: Fields, path: RepoPath): Flaw | undefined {
  const id = fields.id === undefined ? stemOf(path) : String(fields.id);
  if (parseTaskId(id)) return undefined;
  const whose = fields.id === undefined ? 'There is no `id`, and the file name' : '`id`:';
  return { at: fields.id === undefined ? [] : ['id'], message: `${whose} ${quoted(id)} cannot be one. ${ID_RULE}` };
}

const ID_RULE =
  'An id is 1 to 100 letters, digits, `.`, `_` or `-`, starts with a letter or digit, and has no `..`, no `.` or `.lock` at its end.';

function brokenSchema(validate: ValidateFunction, fields: unknown): Flaw | undefined {
  if (validate(fields)) return undefined;
  const errors = validate.errors ?? [];
  const error = errors.find(({ keyword }) => keyword === 'oneOf') ?? errors[0];
  if (!error) return undefined;
  const at = error.instancePath.split('/').slice(1).map(toStep);
  return { at, message: sentenceFor(error, nameOf(at), at.reduce(step, fields)) };
}

function sentenceFor({ keyword, params }: ErrorObject, name: string, value: unknown): string {
  if (name === '') return keyword === 'required' ? NO_TITLE : 'A task is a mapping with at least a `title`.';
  switch (keyword) {
    case 'enum':
      return `\`${name}\` is ${quoted(value)}; ${choices(params.allowedValues, value)}`;
    case 'oneOf':
      return `\`${name}\` must be one of ${SOURCE_TYPES.join(', ')}, or a mapping with such a \`type\` and a text as \`pass_id\`.`;
    case 'type':
      return `\`${name}\` must be ${[params.type].flat().includes('array') ? 'a list of texts' : 'text'}, not ${quoted(value)}.`;
    case 'maxLength':
      return `\`${name}\` is longer than ${params.limit} characters.`;
    case 'maxItems':
      return `\`${name}\` has more than ${TASK_LIMITS.listLength} entries.`;
    case 'minLength':
    case 'pattern':
      return name === 'id' ? `\`id\`: ${quoted(value)} cannot be one. ${ID_RULE}` : `\`${name}\` is empty.`;
    default:
      return `\`${name}\` breaks the task schema.`;
  }
}

const NO_TITLE = 'There is no `title`, and a task needs one.';

function choices(allowed: readonly unknown[], value: unknown): string {
  const names = allowed.filter((name) => typeof name === 'string');
  const near = typeof value === 'string' ? nearMatch(value, names) : undefined;
  return near === undefined ? `it must be one of ${names.join(', ')}.` : `did you mean \`${near}\`?`;
}

/** What somebody wrote, as one short line. */
function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replace(/[\s`\p{Cc}]+/gu, ' ').trim();
  return line === '' ? 'empty' : `\`${line.length > 60 ? `${line.slice(0, 60)}…` : line}\``;
}

function nameOf(at: readonly (string | number)[]): string {
  return at.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : [name, part].filter(Boolean).join('.')),
    '',
  );
}

function toStep(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

function step(value: unknown, part: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[part] : undefined;
}

const taskValidator = once(() => compile(TASK_SCHEMA));
const candidateValidator = once(() => compile(CANDIDATE_SCHEMA));

function compile(schema: JsonSchema): ValidateFunction {
  return new (ajv().Ajv)({ strict: false, logger: false }).compile(schema);
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
