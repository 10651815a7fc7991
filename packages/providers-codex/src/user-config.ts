import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** The little of codex's own config.toml that matters here. Read tolerantly: codex itself judges the file. */
export interface UserConfig {
  /** The variables that hold the keys of custom model providers. */
  readonly keyVariables: readonly string[];
  /** Whether another model provider than OpenAI may be in use, for which `codex login` is beside the point. */
  readonly hasOwnProvider: boolean;
  /** Whether the models may be at Amazon, whose credentials codex then needs. */
  readonly usesBedrock: boolean;
}

export function codexHome(environment: Readonly<Record<string, string | undefined>>): string {
  return environment.CODEX_HOME || path.join(environment.HOME ?? environment.USERPROFILE ?? homedir(), '.codex');
}

/** An absent or unreadable file says nothing. */
export async function readUserConfig(home: string, extraConfig: readonly string[]): Promise<UserConfig> {
  const file = await readFile(path.join(home, 'config.toml'), 'utf8').catch(() => '');
  return parseUserConfig([file, ...extraConfig].join('\n'));
}

const STRING = String.raw`\s*=\s*["']?([\w.-]+)["']?`;
const KEY_VARIABLE = new RegExp(String.raw`\benv_key${STRING}`, 'g');
const HEADER_VARIABLES = /\benv_http_headers\s*=\s*\{([^}]*)\}/g;
const MODEL_PROVIDER = new RegExp(String.raw`^\s*(?:profiles\.[\w-]+\.)?model_provider${STRING}`, 'gm');

export function parseUserConfig(toml: string): UserConfig {
  const text = toml.replace(/^\s*#.*$/gm, '');
  const headers = Array.from(text.matchAll(HEADER_VARIABLES), ([, entries = '']) =>
    Array.from(entries.matchAll(/=\s*["']([\w]+)["']/g), ([, name = '']) => name),
  );
  const keys = Array.from(text.matchAll(KEY_VARIABLE), ([, name = '']) => name);
  return {
    keyVariables: [...new Set([...keys, ...headers.flat()])],
    hasOwnProvider: Array.from(text.matchAll(MODEL_PROVIDER)).some(([, name]) => name !== 'openai'),
    usesBedrock: /\bamazon-bedrock\b/.test(text),
  };
}
