import type { RunId, Task, Validation, ValidationRequest, ValidationResult } from '@backlog-runner/contracts';
import { taskFixture } from '../task-fixture.ts';
import { breach } from './breach.ts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import { given, holds, same } from './expectations.ts';

/** What the project's own check does. */
export type CheckBehaviour =
  | 'passes'
  /** Prints {@link LAST_WORDS} at the end, and refuses. */
  | 'refuses'
  /** Prints a megabyte and then {@link LAST_WORDS}, and refuses. */
  | 'prints-much'
  /** Is not there. */
  | 'cannot-start'
  /** Is killed before it has an answer. */
  | 'breaks-off'
  /** Has no answer within the time it may take. */
  | 'takes-too-long'
  /** Has no answer, ever; it may take as long as it likes. */
  | 'hangs'
  /** Passes, and leaves a process of its own running. */
  | 'leaves-a-process'
  /** Passes where there is a file `good.txt`. */
  | 'looks-at-the-work'
  /** Passes when the variable `CONFORMANCE` is `yes`. */
  | 'looks-at-the-environment';

/** What a check prints at the end. */
export const LAST_WORDS = 'This is what is wrong.';

export interface ValidationWorld extends World {
  /** A validation by a check that does this, whatever the profile. */
  validation(behaviour: CheckBehaviour): Validation | Promise<Validation>;
  /** A project directory with these files. */
  directory(files: Readonly<Record<string, string>>): string | Promise<string>;
  /** The files of such a directory now. */
  filesIn(directory: string): readonly string[] | Promise<readonly string[]>;
  /** How many processes of the validations of a run there are. */
  readonly processes?: (run: RunId) => number | Promise<number>;
  /** A profile that is not the one of tasks without a profile of their own. */
  readonly profile?: string;
}

export type ValidationNeed = CheckBehaviour | 'processes' | 'profile';
export type ValidationSubject = Subject<ValidationWorld, ValidationNeed>;
export type ValidationCase = ConformanceCase<ValidationWorld, ValidationNeed>;

const { must } = casesOf<ValidationWorld, ValidationNeed>();
const RUN = `conformance-${process.pid}` as RunId;
const BOUND = 64 * 1024;
const TASK = taskFixture({ id: 'greet', touchPaths: ['src'] });
const JUDGE = ['backlog.config.mjs', 'backlog.md', 'backlog/tasks/another.yaml'];
const SHELL = '"; $(touch stolen) `touch stolen`; exit 0\ntouch stolen';

async function judged(
  world: ValidationWorld,
  behaviour: CheckBehaviour,
  more: Partial<ValidationRequest> = {},
): Promise<ValidationResult> {
  const validation = await world.validation(behaviour);
  return validation.run({ task: TASK, directory: await world.directory({}), environment: {}, run: RUN, ...more });
}

const statusOf = async (...asked: Parameters<typeof judged>) => (await judged(...asked)).status;

/** Says nothing about the work, and why. */
async function saysNothing(...asked: Parameters<typeof judged>): Promise<void> {
  const result = await judged(...asked);
  holds(result.status === 'inconclusive' && result.reason !== '', '`inconclusive` with a reason', result);
}

async function findingsOf(...asked: Parameters<typeof judged>) {
  const result = await judged(...asked);
  if (result.status !== 'refused') throw breach('`refused` with what was found', result);
  return result.findings;
}

/** A validation that is stopped while its check hangs. */
async function stopped(world: ValidationWorld): Promise<ValidationResult> {
  const stop = new AbortController();
  const running = judged(world, 'hangs', { signal: stop.signal });
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  return running;
}

const noneLeft = async ({ processes }: ValidationWorld) => same(await given(processes, 'processes')(RUN), 0);

const protectedFor = async (world: ValidationWorld, task: Task, ...paths: readonly string[]) =>
  [...(await world.validation('passes')).protectedAmong(task, paths)].sort();

export const validationCases: readonly ValidationCase[] = [
  must(
    'validation/passes',
    'Work that the check has nothing against passes, with the time that took.',
    async (world) => {
      const result = await judged(world, 'passes');
      holds(result.status === 'passed' && result.durationMs >= 0, '`passed` with a duration', result);
    },
  ),
  must(
    'validation/refuses',
    'Work that the check is against is refused, with the command, its exit code and what it printed.',
    async (world) => {
      const findings = await findingsOf(world, 'refuses');
      const isTold = ({ command, exitCode, output }: (typeof findings)[number]) =>
        command !== '' && exitCode !== 0 && typeof output === 'string';
      holds(
        findings.length > 0 && findings.every(isTold),
        'at least one finding, with a command and an exit code',
        findings,
      );
    },
  ),
  must('validation/tells-the-end', 'A finding holds the end of what was printed.', async (world) => {
    const [finding] = await findingsOf(world, 'refuses');
    holds(finding?.output.includes(LAST_WORDS) === true, `an output with ${LAST_WORDS}`, finding);
  }),
  must(
    'validation/output-is-bounded',
    'A finding is bounded, however much was printed, and still holds the end.',
    async (world) => {
      const [finding] = await findingsOf(world, 'prints-much');
      const output = finding?.output ?? '';
      holds(
        output.length <= BOUND && output.includes(LAST_WORDS),
        `at most ${BOUND} characters with ${LAST_WORDS}`,
        `${output.length}: …${output.slice(-200)}`,
      );
    },
    'prints-much',
  ),
  must(
    'validation/cannot-start',
    'A check that cannot be started says nothing about the work.',
    (world) => saysNothing(world, 'cannot-start'),
    'cannot-start',
  ),
  must(
    'validation/breaks-off',
    'A check that is killed says nothing about the work.',
    (world) => saysNothing(world, 'breaks-off'),
    'breaks-off',
  ),
  must(
    'validation/takes-too-long',
    'A check that takes too long says nothing about the work.',
    (world) => saysNothing(world, 'takes-too-long'),
    'takes-too-long',
  ),
  must(
    'validation/stopped',
    'A check that is stopped says nothing about the work, at once.',
    async (world) => {
      same((await stopped(world)).status, 'inconclusive');
    },
    'hangs',
  ),
  must(
    'validation/stopped-before',
    'A check that is stopped before it begins says nothing about the work.',
    async (world) => {
      same(await statusOf(world, 'passes', { signal: AbortSignal.abort() }), 'inconclusive');
    },
  ),
  must(
    'validation/stop-leaves-nothing',
    'Of a check that was stopped no process is left.',
    async (world) => {
      await stopped(world);
      await noneLeft(world);
    },
    'hangs',
    'processes',
  ),
  must(
    'validation/end-leaves-nothing',
    'Of a check that has ended no process is left, also of those it left behind.',
    async (world) => {
      await judged(world, 'leaves-a-process');
      await noneLeft(world);
    },
    'leaves-a-process',
    'processes',
  ),
  must(
    'validation/names-its-profile',
    'A result names the profile whose commands judge the task, whether it passed or not.',
    async (world) => {
      same((await judged(world, 'refuses')).profile, (await judged(world, 'passes')).profile);
    },
  ),
  must(
    'validation/profile-of-the-task',
    'The profile that a task names overrides the routing by its paths.',
    async (world) => {
      const profile = given(world.profile, 'profile');
      const named = await judged(world, 'passes', { task: { ...TASK, validationProfile: profile } });
      const routed = await judged(world, 'passes');
      same([named.profile, routed.profile === profile], [profile, false]);
    },
    'profile',
  ),
  must(
    'validation/judges-the-work',
    'The check judges the directory that it is given.',
    async (world) => {
      const [good, bad] = [
        await world.directory({ 'good.txt': 'good\n' }),
        await world.directory({ 'bad.txt': 'bad\n' }),
      ];
      same(await statusOf(world, 'looks-at-the-work', { directory: bad }), 'refused');
      same(await statusOf(world, 'looks-at-the-work', { directory: good }), 'passed');
    },
    'looks-at-the-work',
  ),
  must(
    'validation/environment',
    'The check sees the environment of the workspace.',
    async (world) => {
      same(await statusOf(world, 'looks-at-the-environment', { environment: { CONFORMANCE: 'no' } }), 'refused');
      same(await statusOf(world, 'looks-at-the-environment', { environment: { CONFORMANCE: 'yes' } }), 'passed');
    },
    'looks-at-the-environment',
  ),
  must(
    'validation/task-is-data',
    'Nothing that is written in a task is run, and nothing of it changes the judgement.',
    async (world) => {
      const directory = await world.directory({ 'a.txt': 'a\n' });
      const task = taskFixture({
        ...TASK,
        title: SHELL,
        description: SHELL,
        acceptanceCriteria: [SHELL],
        statusNotes: [SHELL],
      });
      same(await statusOf(world, 'refuses', { task, directory }), 'refused');
      same([...(await world.filesIn(directory))], ['a.txt']);
    },
  ),
  must(
    'validation/at-once',
    'Two pieces of work that are judged at once are judged each for itself.',
    async (world) => {
      const [passes, refuses] = await Promise.all([statusOf(world, 'passes'), statusOf(world, 'refuses')]);
      same([passes, refuses], ['passed', 'refused']);
    },
  ),
  must(
    'validation/protects-the-judge',
    'The config, the report and the files of other tasks are protected.',
    async (world) => {
      same(await protectedFor(world, TASK, 'src/a.ts', ...JUDGE), JUDGE);
    },
  ),
  must(
    'validation/protects-nothing-else',
    'The work itself is not protected, whether or not the task claims it.',
    async (world) => {
      same(await protectedFor(world, TASK, 'src/a.ts', 'lib/b.ts', 'backlog-notes.md'), []);
    },
  ),
  must('validation/claimed-exactly', 'A protected path that the task claims exactly may be changed.', async (world) => {
    const task = taskFixture({ ...TASK, touchPaths: ['backlog.config.mjs'] });
    same(await protectedFor(world, task, 'backlog.config.mjs', 'backlog.md'), ['backlog.md']);
  }),
  must(
    'validation/claimed-by-the-way',
    'Who claims the whole project claims nothing that is protected.',
    async (world) => {
      const task = taskFixture({ ...TASK, touchPaths: [''] });
      same(await protectedFor(world, task, 'src/a.ts', ...JUDGE), JUDGE);
    },
  ),
];
