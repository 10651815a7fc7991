import type { RunId, Task, Validation, ValidationRequest, ValidationResult } from '@backlog-runner/contracts';
import {
  type CheckBehaviour,
  LAST_WORDS,
  type ValidationNeed,
  type ValidationSubject,
  type ValidationWorld,
  validationCases,
} from '../../src/conformance/index.ts';
import { type Judge, memoryValidation } from '../../src/memory-validation.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

interface Around {
  readonly directories: Map<string, string[]>;
  /** A process of a check of this run is alive. */
  readonly alive: Set<RunId>;
}

type Change = (sound: Validation, behaviour: CheckBehaviour, around: Around) => Partial<Validation>;

const PROTECTS = ['backlog.config.mjs', 'backlog.md', 'backlog/tasks'];
const silent = (reason: string): ValidationResult => ({ status: 'inconclusive', profile: 'repo', reason });

const judgeOf =
  (behaviour: CheckBehaviour, { directories, alive }: Around): Judge =>
  ({ directory, environment, run, signal }) => {
    switch (behaviour) {
      case 'refuses':
        return LAST_WORDS;
      case 'prints-much':
        return `${'1234567890'.repeat(5000)}\n${LAST_WORDS}`;
      case 'cannot-start':
      case 'breaks-off':
      case 'takes-too-long':
        return silent(behaviour);
      case 'hangs':
        alive.add(run);
        signal?.addEventListener('abort', () => alive.delete(run));
        return new Promise(() => {});
      case 'looks-at-the-work':
        return directories.get(directory)?.includes('good.txt') ? undefined : LAST_WORDS;
      case 'looks-at-the-environment':
        return environment.CONFORMANCE === 'yes' ? undefined : LAST_WORDS;
      default:
        return undefined;
    }
  };

function worldOf(change: Change = () => ({}), protects: readonly string[] = PROTECTS): ValidationWorld {
  const around: Around = { directories: new Map(), alive: new Set() };
  return {
    validation(behaviour) {
      const sound = memoryValidation(judgeOf(behaviour, around), { protects });
      return { ...sound, ...change(sound, behaviour, around) };
    },
    directory(files) {
      const name = `/w${around.directories.size}`;
      around.directories.set(name, Object.keys(files));
      return name;
    },
    filesIn: (directory) => around.directories.get(directory) ?? [],
    processes: (run) => Number(around.alive.has(run)),
    profile: 'frontend',
  };
}

const inMemory: ValidationSubject = { open: () => worldOf() };

type ValidationMutant = Mutant<ValidationWorld, ValidationNeed>;

const wrapped = (breaks: Breaks, change: Change): ValidationMutant => ({
  breaks,
  subject: { open: () => worldOf(change) },
});

/** Answers otherwise when the check does this. */
const answering = (
  breaks: Breaks,
  when: CheckBehaviour,
  change: (result: ValidationResult, request: ValidationRequest, around: Around) => ValidationResult,
): ValidationMutant =>
  wrapped(breaks, (sound, behaviour, around) => ({
    async run(request) {
      const result = await sound.run(request);
      return behaviour === when ? change(result, request, around) : result;
    },
  }));

const asking = (breaks: Breaks, change: (request: ValidationRequest) => Partial<ValidationRequest>): ValidationMutant =>
  wrapped(breaks, (sound) => ({ run: (request) => sound.run({ ...request, ...change(request) }) }));

const protecting = (
  breaks: Breaks,
  change: (sound: Validation, task: Task, paths: readonly string[]) => readonly string[],
): ValidationMutant => wrapped(breaks, (sound) => ({ protectedAmong: (task, paths) => change(sound, task, paths) }));

const passed: ValidationResult = { status: 'passed', profile: 'repo', durationMs: 0 };
const withOutput = (result: ValidationResult, change: (output: string) => string): ValidationResult =>
  result.status === 'refused'
    ? { ...result, findings: result.findings.map((finding) => ({ ...finding, output: change(finding.output) })) }
    : result;

const mutants: readonly ValidationMutant[] = [
  answering(['passes'], 'passes', (result) =>
    result.status === 'passed' ? { ...result, durationMs: Number.NaN } : result,
  ),
  answering(['refuses'], 'refuses', (result) =>
    result.status === 'refused'
      ? { ...result, findings: result.findings.map((finding) => ({ ...finding, exitCode: 0 })) }
      : result,
  ),
  answering(['tells-the-end'], 'refuses', (result) => withOutput(result, (output) => output.slice(0, 5))),
  answering(['output-is-bounded'], 'prints-much', (result) => withOutput(result, (output) => output.repeat(20))),
  answering(['cannot-start'], 'cannot-start', (result) => ({ ...result, status: 'refused', findings: [] })),
  answering(['breaks-off'], 'breaks-off', (result) => ({ ...result, status: 'refused', findings: [] })),
  answering(['takes-too-long'], 'takes-too-long', () => passed),
  answering(['stopped'], 'hangs', (result) => ({ ...result, status: 'refused', findings: [] })),
  asking(['stopped-before'], ({ signal }) => (signal?.aborted ? { signal: new AbortController().signal } : {})),
  answering(['stop-leaves-nothing'], 'hangs', (result, { run }, { alive }) => {
    alive.add(run);
    return result;
  }),
  answering(['end-leaves-nothing'], 'leaves-a-process', (result, { run }, { alive }) => {
    alive.add(run);
    return result;
  }),
  answering(['names-its-profile'], 'refuses', (result) => ({ ...result, profile: 'default' })),
  answering(['profile-of-the-task'], 'passes', (result) => ({ ...result, profile: 'repo' })),
  wrapped(['judges-the-work'], (sound, _, { directories }) => ({
    run: (request) => sound.run({ ...request, directory: directories.keys().next().value ?? request.directory }),
  })),
  asking(['environment'], () => ({ environment: {} })),
  wrapped(['task-is-data'], (sound, _, { directories }) => ({
    run(request) {
      if (request.task.title.includes('touch stolen')) directories.get(request.directory)?.push('stolen');
      return sound.run(request);
    },
  })),
  {
    breaks: ['at-once'],
    subject: {
      open() {
        let running: Promise<ValidationResult> | undefined;
        return worldOf((sound) => ({
          run(request) {
            running ??= sound.run(request).finally(() => {
              running = undefined;
            });
            return running;
          },
        }));
      },
    },
  },
  protecting(['protects-the-judge', 'claimed-by-the-way'], (sound, task, paths) =>
    sound.protectedAmong(task, paths).filter((path) => !path.startsWith('backlog/tasks/')),
  ),
  protecting(['protects-nothing-else'], (_, { touchPaths }, paths) =>
    paths.filter((path) => path.startsWith('backlog') && !touchPaths.some((touch) => touch === path)),
  ),
  protecting(['claimed-exactly'], (sound, task, paths) => sound.protectedAmong({ ...task, touchPaths: [] }, paths)),
  protecting(['claimed-by-the-way'], (sound, task, paths) =>
    task.touchPaths.some((touch) => touch === '') ? [] : sound.protectedAmong(task, paths),
  ),
];

describeCases('validation', validationCases, inMemory, mutants);
