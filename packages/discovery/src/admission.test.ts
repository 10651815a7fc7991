import type { AdmissionFacts, Candidate, EpochMs, RepoPath, Verdict } from '@backlog-runner/contracts';
import { type TaskOverrides, taskFixture } from '@backlog-runner/testkit';
import { describe, expect, it } from 'vitest';
import { admission } from './admission.ts';

const EXISTING = new Set(['src', 'src/cli', 'src/cli/parse.ts', 'docs', 'README.md']);

const candidate = (overrides: TaskOverrides = {}): Candidate => ({
  ...taskFixture({ title: 'Suggest the nearest command when one is mistyped', touchPaths: ['src/cli/parse.ts'] }),
  ...taskFixture(overrides),
  title: overrides.title ?? 'Suggest the nearest command when one is mistyped',
  touchPaths: (overrides.touchPaths ?? ['src/cli/parse.ts']) as readonly RepoPath[],
});

const facts = (overrides: Partial<AdmissionFacts> = {}): AdmissionFacts => ({
  tasks: [],
  rejected: [],
  admittedToday: 0,
  pathExists: (path) => EXISTING.has(path),
  ...overrides,
});

const verdictOn = (proposed: Candidate, known: Partial<AdmissionFacts> = {}): Verdict | undefined =>
  admission().admit([proposed], facts(known))[0];

const reasonFor = (proposed: Candidate, known: Partial<AdmissionFacts> = {}): string => {
  const verdict = verdictOn(proposed, known);
  return verdict?.status === 'rejected' ? verdict.reason : 'admitted';
};

describe('admission', () => {
  it.each<[string, TaskOverrides, string]>([
    ['a good one', {}, 'admitted'],
    ['no title', { title: '  ' }, 'It has no title.'],
    ['a long title', { title: 'x'.repeat(201) }, 'Its title is longer than 200 characters.'],
    ['a long description', { description: 'x'.repeat(20_001) }, 'Its description is longer than 20000 characters.'],
    ['too many paths', { touchPaths: Array(201).fill('src') }, 'It has more than 200 paths.'],
    ['a long criterion', { acceptanceCriteria: ['x'.repeat(20_001)] }, 'One of its acceptance criteria is too long.'],
    ['an absolute path', { touchPaths: ['/etc/passwd'] }, 'Its path `/etc/passwd` is not inside the project.'],
    ['a path that leaves', { touchPaths: ['src/../../x'] }, 'Its path `src/../../x` is not inside the project.'],
    ['a pattern', { touchPaths: ['src/**/*.ts'] }, 'Its path `src/**/*.ts` is a pattern and not a path.'],
    ['a new file', { touchPaths: ['src/cli/new.ts'] }, 'admitted'],
    ['a new directory', { touchPaths: ['guide/intro.md'] }, 'admitted'],
    ['a new directory below', { touchPaths: ['src/a/b/c.ts'] }, 'admitted'],
    [
      'a made-up path',
      { touchPaths: ['server/api/users.ts'] },
      'Neither its path `server/api/users.ts` nor a directory above it exists.',
    ],
    ['an unknown dependency', { dependsOn: ['gone'] }, 'It depends on `gone`, which is not in the backlog.'],
    ['no paths', { touchPaths: [] }, 'admitted'],
  ])('judges %s', (_, overrides, reason) => expect(reasonFor(candidate(overrides))).toBe(reason));

  it('names the task that an exact or a near duplicate repeats', () => {
    const task = taskFixture({
      id: 'hint',
      title: 'Print a did-you-mean hint for unknown commands',
      touchPaths: ['src/cli/parse.ts'],
      acceptanceCriteria: ['An unknown command suggests the closest known command'],
    });
    const exact = { ...candidate(), title: 'print a did-you-mean hint for unknown commands!' };
    const near = { ...candidate(), acceptanceCriteria: ['A mistyped command suggests the nearest known command'] };
    for (const repeated of [exact, near]) {
      expect(verdictOn(repeated, { tasks: [task] })).toMatchObject({ status: 'rejected', duplicateOf: 'hint' });
    }
  });

  it.each([
    ['planned', 'rejected'],
    ['ready', 'rejected'],
    ['done', 'rejected'],
    ['failed', 'admitted'],
    ['superseded', 'admitted'],
  ] as const)('lets an idea whose task is %s be %s', (state, status) => {
    const task = {
      ...candidate(),
      ...taskFixture({ state }),
      title: candidate().title,
      touchPaths: candidate().touchPaths,
    };
    expect(verdictOn(candidate(), { tasks: [task] })?.status).toBe(status);
  });

  it('repeats why an idea was refused before', () => {
    const { title, touchPaths } = candidate();
    const rejected = [{ title, touchPaths, reason: 'Nobody mistypes.', at: 1 as EpochMs }];
    expect(reasonFor(candidate(), { rejected })).toBe(
      `It says the same as \`${title}\`, which was refused: Nobody mistypes.`,
    );
  });

  it('admits one of two like candidates', () => {
    const verdicts = admission().admit([candidate(), candidate()], facts());
    expect(verdicts.map(({ status }) => status)).toEqual(['admitted', 'rejected']);
  });

  it('forgets an admitted candidate that never became a task', () => {
    const judge = admission();
    const other = candidate({ title: 'Sort the options of the help text', touchPaths: ['src/cli/help.ts'] });
    judge.admit([candidate(), other], facts());
    expect(judge.admit([candidate()], facts())[0]?.status).toBe('admitted');
  });

  it('learns a task that was added since the last time', () => {
    const judge = admission();
    expect(judge.admit([candidate()], facts())[0]?.status).toBe('admitted');
    const task = { ...taskFixture({ id: 'a' }), ...candidate() };
    expect(judge.admit([candidate()], facts({ tasks: [task] }))[0]?.status).toBe('rejected');
  });

  it('stops at the cap, spends nothing of it on refused candidates, and lets the rest come again', () => {
    const titles = ['Sort the help', '', 'Cache the parser', 'Rename the flag'];
    const verdicts = admission().admit(
      titles.map((title) => candidate({ title, touchPaths: [] })),
      facts({ capPerDay: 3, admittedToday: 1, pass: 'quality' }),
    );
    expect(verdicts.map(({ status }) => status)).toEqual(['admitted', 'rejected', 'admitted', 'rejected']);
    expect(verdicts[3]).toMatchObject({
      reason: 'No more than 3 candidates of the pass `quality` are admitted a day.',
      mayComeAgain: true,
    });
    expect(verdicts[1]).not.toHaveProperty('mayComeAgain');
  });
});
