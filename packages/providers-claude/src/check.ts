import type { ProviderHealth, System } from '@backlog-runner/contracts';
import { type ProcessResult, runProcess } from '@backlog-runner/subprocess';
import { INSTALL_HINT, SIGN_IN_HINT } from './classify-failure.ts';
import { oneLine, parseLine, recordIn } from './record.ts';

export interface CheckInput {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly system: System;
  readonly signal?: AbortSignal;
}

const LONGEST_CHECK_MS = 30_000;

/** Asks the installed claude for its version and its sign-in. No model is called. */
export async function checkClaude(input: CheckInput): Promise<ProviderHealth> {
  const installed = installation(await ask(input, ['--version']));
  return installed.status === 'ready' ? login(await ask(input, ['auth', 'status']), installed) : installed;
}

export function installation({ end, stdout, stderr }: ProcessResult): ProviderHealth {
  if (end.status === 'not-started' && end.reason === 'not-found') {
    return { status: 'not-installed', message: 'claude was not found.', hint: INSTALL_HINT };
  }
  const version = /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
  if (end.status === 'exited' && end.code === 0 && version !== undefined) return { status: 'ready', version };
  return {
    status: 'unusable',
    message: `claude --version failed. ${oneLine(stderr)}`.trim(),
    hint: 'claude --version',
  };
}

/** Keys, tokens, subscriptions, key helpers and the clouds: claude knows about all of them. */
export function login({ end, stdout, stderr }: ProcessResult, installed: ProviderHealth): ProviderHealth {
  const { loggedIn } = recordIn(parseLine(stdout));
  if (loggedIn === true) return installed;
  if (loggedIn === false) {
    return { status: 'not-signed-in', message: 'claude is not signed in.', hint: SIGN_IN_HINT };
  }
  if (end.status === 'exited' && /unknown command|unknown option|too many arguments/i.test(stderr)) return installed;
  const reason = oneLine(stderr.trim().split('\n').at(-1) ?? '');
  return { status: 'unusable', message: `claude auth status failed. ${reason}`.trim(), hint: 'claude auth status' };
}

function ask({ command, environment, directory, system, signal }: CheckInput, args: string[]): Promise<ProcessResult> {
  const spec = { command, args, cwd: directory, environment, totalMs: LONGEST_CHECK_MS };
  return runProcess(signal === undefined ? spec : { ...spec, signal }, { system });
}
