import type { RunProcess } from '@backlog-runner/worktrees';
import type { CrashPoints } from './crash-points.ts';
import type { ProgramOptions } from './program-options.ts';

/** Commands of git that only read: before and after them everything is as it was. */
const READS = new Set([
  ...['cat-file', 'check-ignore', 'config', 'diff', 'diff-files', 'diff-index', 'diff-tree', 'for-each-ref'],
  ...['log', 'ls-files', 'ls-tree', 'merge-base', 'rev-list', 'rev-parse', 'status', 'symbolic-ref', 'var', 'version'],
]);

/** Counts every process of git that may change something. What is done to one of them is up to `trouble`. */
export function countedGit(points: CrashPoints, run: RunProcess, trouble: ProgramOptions['gitTrouble']): RunProcess {
  return (spec) => {
    const command = gitCommand(spec.args);
    if (command === undefined || READS.has(command)) return run(spec);
    const step = points.before(`git ${command}`);
    if (step === undefined || step !== trouble?.at) return run(spec);
    const { args } = spec;
    return run({ ...spec, command: 'sh', args: ['-c', TROUBLES[trouble.kind], 'sh', spec.command, ...args] });
  };
}

/** The first argument that is neither an option nor the value of `-c`. */
function gitCommand(args: readonly string[]): string | undefined {
  return args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c');
}

const TROUBLES = {
  'killed before it did anything': 'kill -9 $$',
  'killed after it did everything': '"$@"; kill -9 $$',
  // Standard input comes from the runner, so it is read before the runner dies.
  'outlives its runner': 'cat > "$HOME/input"; kill -9 $PPID; sleep 0.3; "$@" < "$HOME/input"',
} as const;
export type GitTrouble = keyof typeof TROUBLES;
export const GIT_TROUBLES = Object.keys(TROUBLES) as readonly GitTrouble[];
