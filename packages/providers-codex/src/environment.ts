import { allowedEnvironment, BASE_ENVIRONMENT_NAMES } from '@backlog-runner/subprocess';
import type { UserConfig } from './user-config.ts';

/** What codex reads for its set-up and sign-in. */
const VENDOR_NAMES = ['CODEX_HOME', 'CODEX_SQLITE_HOME', 'CODEX_API_KEY', 'CODEX_ACCESS_TOKEN', 'CODEX_CA_CERTIFICATE'];
const VENDOR_PREFIXES = ['OPENAI_', 'AZURE_OPENAI_'];
const NOT_SECRET = new Set(['CODEX_HOME', 'CODEX_SQLITE_HOME', 'CODEX_CA_CERTIFICATE']);

export interface CodexEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  /** The names among them that the agent's commands must not see. */
  readonly hidden: readonly string[];
}

/** What codex gets of the runner's environment, by what its config file says about the models in use. */
export function codexEnvironment(
  source: Readonly<Record<string, string | undefined>>,
  { keyVariables, usesBedrock }: Pick<UserConfig, 'keyVariables' | 'usesBedrock'>,
): CodexEnvironment {
  const base = allowedEnvironment(source, { names: BASE_ENVIRONMENT_NAMES });
  const vendor = allowedEnvironment(source, {
    names: [...VENDOR_NAMES, ...keyVariables],
    prefixes: usesBedrock ? [...VENDOR_PREFIXES, 'AWS_'] : VENDOR_PREFIXES,
  });
  const hidden = Object.keys(vendor).filter((name) => !NOT_SECRET.has(name) && !(name in base));
  return { variables: { ...base, ...vendor }, hidden };
}
