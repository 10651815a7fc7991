import { describe, expect, it } from 'vitest';
import { setupProblem } from './setup-problems.ts';

describe('setupProblem', () => {
  it('is none when every file is committed', () => {
    expect(setupProblem([{ path: 'backlog.config.mjs', standing: 'committed' }], 'main')).toBeUndefined();
    expect(setupProblem([], 'main')).toBeUndefined();
  });

  it('names each file and the command to type', () => {
    const problem = setupProblem(
      [
        { path: 'backlog.config.mjs', standing: 'committed' },
        { path: 'scripts/backlog/agent.md', standing: 'changed' },
        { path: "scripts/backlog/it's here.sh", standing: 'uncommitted' },
        { path: 'scripts/backlog/validate.sh', standing: 'ignored' },
        { path: 'scripts/check.sh', standing: 'missing' },
      ],
      'main',
    );
    expect(problem).toMatchObject({
      code: 'SETUP_UNCOMMITTED',
      message: [
        'Workspaces are made from main, and these files are not there as they are here:',
        '  scripts/backlog/agent.md has changes that are not committed',
        "  scripts/backlog/it's here.sh is not committed",
        '  scripts/backlog/validate.sh is ignored by git',
        '  scripts/check.sh does not exist, and a validation command runs it',
      ].join('\n'),
      hint: [
        'Create scripts/check.sh, or correct `validation` in the config.',
        'git add --force scripts/backlog/validate.sh && git commit -m "Set up the backlog"',
        `git add scripts/backlog/agent.md 'scripts/backlog/it'\\''s here.sh' && git commit -m "Set up the backlog"`,
      ].join('\n'),
    });
  });
});
