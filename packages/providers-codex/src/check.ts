import type { ProviderHealth, System } from '@backlog-runner/contracts';
import { type ProcessResult, runProcess } from '@backlog-runner/subprocess';
import { INSTALL_HINT, SIGN_IN_HINT } from './classify-failure.ts';
import { oneLine } from './record.ts';

export interface CheckInput {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** See `UserConfig`: such a provider has its own keys, which codex checks when it runs. */
  readonly hasOwnProvider: boolean;
  readonly directory: string;
  readonly system: System;
  readonly signal?: AbortSignal;
}

const LONGEST_CHECK_MS = 30_000;

/** Asks the installed codex for its version and its sign-in. No model is called. */
export async function checkCodex(input: CheckInput): Promise<ProviderHealth> {
  const version = await ask(input, ['--version']);
  const installed = installation(version);
  if (installed.status !== 'ready' || !needsLogin(input)) return installed;
  return login(await ask(input, ['login', 'status']), installed);
}

function needsLogin({ environment, hasOwnProvider }: CheckInput): boolean {
  return !(hasOwnProvider || environment.CODEX_API_KEY || environment.CODEX_ACCESS_TOKEN);
}

export function installation({ end, stdout, stderr }: ProcessResult): ProviderHealth {
  if (end.status === 'not-started' && end.reason === 'not-found') {
    return { status: 'not-installed', message: 'codex was not found.', hint: INSTALL_HINT };
  }
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  if (end.status === 'exited' && end.code === 0 && version !== undefined) return { status: 'ready', version };
  return { status: 'unusable', message: `codex --version failed. ${oneLine(stderr)}`.trim(), hint: 'codex --version' };
}

export function login({ end, stdout, stderr }: ProcessResult, installed: ProviderHealth): ProviderHealth {
  if (end.status === 'exited' && end.code === 0) return installed;
  if (/not logged in/i.test(stdout + stderr)) {
    return { status: 'not-signed-in', message: 'codex is not signed in.', hint: SIGN_IN_HINT };
  }
  const reason = oneLine(stderr.trim().split('\n').at(-1) ?? '');
  return { status: 'unusable', message: `codex login status failed. ${reason}`.trim(), hint: 'codex login status' };
}

function ask({ command, environment, directory, system, signal }: CheckInput, args: string[]): Promise<ProcessResult> {
  const spec = { command, args, cwd: directory, environment, totalMs: LONGEST_CHECK_MS };
  return runProcess(signal === undefined ? spec : { ...spec, signal }, { system });
}
