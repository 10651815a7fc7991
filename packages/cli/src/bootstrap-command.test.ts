import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, runProcess, shellCommand } from '@backlog-runner/subprocess';
import { describe, expect, it } from 'vitest';
import { bootstrapCommand } from './bootstrap-command.ts';

describe('bootstrapCommand', () => {
  it('is the install command when there is nothing to repair with', () => {
    expect(bootstrapCommand('npm ci', undefined)).toBe('npm ci');
    expect(bootstrapCommand(undefined, 'repair')).toBeUndefined();
  });

  it.each([
    ['echo install', 'echo repair', 'install\n', 0],
    ['echo install && exit 3', 'echo repair', 'install\nrepair\ninstall\n', 3],
    ['echo install; exit 3', 'echo repair; exit 4', 'install\nrepair\n', 4],
  ])('of %j and %j prints %j', async (install, repair, stdout, code) => {
    const answer = await runProcess({
      ...shellCommand(bootstrapCommand(install, repair) ?? ''),
      cwd: process.cwd(),
      environment: allowedEnvironment(process.env, { names: BASE_ENVIRONMENT_NAMES }),
    });
    expect(answer).toMatchObject({ stdout, end: { status: 'exited', code } });
  });
});
