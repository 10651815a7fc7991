import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { RunId, ValidationRequest } from '@backlog-runner/contracts';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, findMarked } from '@backlog-runner/subprocess';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CommandValidationOptions, commandValidation } from '../src/index.ts';

const environment = allowedEnvironment(process.env, { names: BASE_ENVIRONMENT_NAMES });
const run = 'run-of-the-validation-test' as RunId;

function directory(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'backlog-runner-validation-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function validation(command: string, more: Partial<CommandValidationOptions> = {}) {
  return commandValidation({
    commands: { default: command, profiles: { frontend: 'echo frontend; exit 1', empty: ' ' } },
    routing: [{ profile: 'frontend', pathPrefixes: ['web/'] }],
    environment,
    timeoutMs: 30_000,
    ...more,
  });
}

const request = (more: Partial<ValidationRequest> = {}): ValidationRequest => ({
  task: taskFixture({ id: 'fix-it' }),
  directory: directory(),
  environment: {},
  run,
  ...more,
});

describe('a validation', () => {
  test('passes when its command succeeds', async () => {
    const result = await validation('true').run(request());
    expect(result).toMatchObject({ status: 'passed', profile: 'repo' });
  });

  test('refuses with what its command printed', async () => {
    const result = await validation('echo checking; echo "1 test failed" >&2; exit 3').run(request());
    expect(result).toEqual({
      status: 'refused',
      profile: 'repo',
      findings: [
        {
          command: 'echo checking; echo "1 test failed" >&2; exit 3',
          exitCode: 3,
          output: 'checking\n1 test failed',
        },
      ],
    });
  });

  test.each([
    ['a command that is not found', 'no-such-check --all', /could not be started \(exit code 127\)\. .*no-such-check/],
    ['a script that is not there', 'bash scripts/none.sh', /scripts\/none\.sh/],
    ['a script that is not executable', 'touch x.sh; ./x.sh', /could not be started \(exit code 126\)/],
    ['a shell that is killed', 'kill -9 $$', /was killed by SIGKILL/],
    [
      'a child of the shell that is killed',
      'sh -c "kill -9 \\$\\$"; exit $?',
      /was killed by SIGKILL \(exit code 137\)/,
    ],
  ])('is inconclusive about %s', async (_, command, reason) => {
    expect(await validation(command).run(request())).toMatchObject({
      status: 'inconclusive',
      profile: 'repo',
      reason: expect.stringMatching(reason),
    });
  });

  test('is inconclusive when it takes too long, and nothing of it is left', async () => {
    const result = await validation('setsid sleep 60 & echo waiting; sleep 60', { timeoutMs: 100 }).run(request());
    expect(result).toMatchObject({ status: 'inconclusive', reason: expect.stringContaining('took too long') });
    expect(await findMarked(`${run}/`)).toEqual([]);
  });

  test('is inconclusive when it is stopped', async () => {
    const controller = new AbortController();
    const running = validation('sleep 60').run(request({ signal: controller.signal }));
    controller.abort();
    expect(await running).toMatchObject({ status: 'inconclusive', reason: 'The validation command was stopped.' });
  });

  test('is inconclusive when its directory is gone', async () => {
    const result = await validation('true').run(request({ directory: path.join(directory(), 'gone') }));
    expect(result).toMatchObject({
      status: 'inconclusive',
      reason: expect.stringMatching(/could not be started.*gone/),
    });
  });

  test('leaves no daemon behind when it passes', async () => {
    expect(await validation('setsid sleep 60 & exit 0').run(request())).toMatchObject({ status: 'passed' });
    expect(await findMarked(`${run}/`)).toEqual([]);
  });
});

describe('the command', () => {
  test('is that of the routed profile', async () => {
    const web = taskFixture({ touchPaths: ['web/page.ts'] });
    expect(await validation('true').run(request({ task: web }))).toMatchObject({
      status: 'refused',
      profile: 'frontend',
      findings: [{ output: 'frontend' }],
    });
  });

  test.each(['unknown', 'toString', 'empty'])('of the profile `%s` is none, and nothing passes by it', async (name) => {
    const task = taskFixture({ validationProfile: name });
    expect(await validation('true').run(request({ task }))).toEqual({
      status: 'inconclusive',
      profile: name,
      reason: `The config has no command for the profile \`${name}\`.`,
    });
  });

  test('runs in the workspace and sees its environment and the id of the task, and no text of it', async () => {
    const task = taskFixture({ id: 'fix-it', title: '$(touch stolen)', description: '`touch stolen`' });
    const at = request({ task, environment: { WORKSPACE_CACHE: '/cache' } });
    const command = 'echo "$BACKLOG_TASK_ID $WORKSPACE_CACHE" > seen; env | grep -c touch >> seen; true';
    expect(await validation(command).run(at)).toMatchObject({ status: 'passed' });
    expect(readFileSync(path.join(at.directory, 'seen'), 'utf8')).toBe('fix-it /cache\n0\n');
    expect(existsSync(path.join(at.directory, 'stolen'))).toBe(false);
  });

  test('cannot put a secret into a finding', async () => {
    const secret = { ACME_TOKEN: 'a-secret-of-acme' };
    const result = await validation('echo "$ACME_TOKEN"; exit 1', { environment: { ...environment, ...secret } }).run(
      request(),
    );
    expect(result).toMatchObject({ findings: [{ output: '[redacted]' }] });
  });
});

test('files its commands name are protected, and so are those the user adds', () => {
  const judge = validation('bash tools/check.sh', { protectedPaths: ['deploy'] });
  const task = taskFixture({ touchPaths: ['src', 'deploy/notes.md'] });
  const changed = ['src/a.ts', 'tools/check.sh', 'deploy/notes.md', 'deploy/key', 'backlog.config.mjs', '../x'];
  expect(judge.protectedAmong(task, changed)).toEqual(['tools/check.sh', 'deploy/key', 'backlog.config.mjs', '../x']);
});
