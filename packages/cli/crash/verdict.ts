import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttemptRecord, foldHistory, type RunId } from '@backlog-runner/contracts';
import { fileLeases } from '@backlog-runner/leases';
import { fileJournal, fileStore } from '@backlog-runner/store';
import { findMarked } from '@backlog-runner/subprocess';
import type { Witnessed } from './program-options.ts';
import type { World } from './world.ts';

export interface Verdict {
  /** What is not as promised. Empty: all is well. */
  readonly broken: readonly string[];
  readonly attempts: number;
  readonly doubleLandings: number;
  readonly lostAttempts: number;
  readonly staleWrites: number;
}

/** What is broken in a project whose backlog was worked off, whatever happened on the way. */
export async function verdictOn(world: World): Promise<Verdict> {
  const { project, git, tasks } = world;
  const journal = fileJournal({ directory: project, run: 'verdict' as RunId });
  const { entries, damaged } = await journal.read();
  const history = foldHistory(entries);
  const attempts = [...history.tasks.values()].flatMap((task) => task.attempts);
  const landed = landings(world);
  const doubled = tasks.flatMap((task) => {
    const times = landed.filter((landing) => landing.task === task).length;
    return times === 1 ? [] : [`${task} landed ${times} times`];
  });
  const stale = [...wrongTrees(world, landed), ...wrongRecords(attempts, landed)];
  const lost = lostWork(world);
  const leases = await fileLeases({ directory: join(project, '.backlog-runner', 'leases') }).list();
  const { tasks: stored } = await fileStore({ directory: project, index: 'none' }).read();
  const processes = await Promise.all([...history.runs.keys()].map((run) => findMarked(`${run}/`)));
  return {
    attempts: attempts.length,
    doubleLandings: doubled.length,
    lostAttempts: lost.length,
    staleWrites: stale.length,
    broken: [
      ...doubled,
      ...stale,
      ...lost,
      ...stored.filter(({ state }) => state !== 'done').map(({ id, state }) => `the task ${id} is ${state}`),
      ...(stored.length === tasks.length ? [] : [`${stored.length} of ${tasks.length} tasks are there`]),
      ...attempts.filter(({ endedAt }) => endedAt === undefined).map(({ attempt }) => `${attempt} has no end`),
      ...[...history.runs.values()]
        .filter(({ endedAt, recoveredAt }) => endedAt === undefined && recoveredAt === undefined)
        .map(({ run }) => `the run ${run} has no end`),
      ...damaged.map(({ file, line }) => `${file}:${line} is damaged`),
      ...leases.map(({ resources }) => `a lease is left on ${resources.join(' ')}`),
      ...processes.flat().map((pid) => `the process ${pid} is left`),
      ...strays(world),
      ...userProblems(git),
    ],
  };
}

interface Landed {
  readonly commit: string;
  readonly task: string;
  readonly attempt: string;
}

function landings({ git }: World): readonly Landed[] {
  const format =
    '%H %(trailers:key=Backlog-Task,valueonly,separator=) %(trailers:key=Backlog-Attempt,valueonly,separator=)';
  return git('log', `--format=${format}`)
    .split('\n')
    .flatMap((line) => {
      const [commit = '', task = '', attempt = ''] = line.split(' ');
      return task === '' ? [] : [{ commit, task, attempt }];
    });
}

/** The branch holds of each task what the attempt wrote that landed, and nothing else but what it held before. */
function wrongTrees({ git, tasks }: World, landed: readonly Landed[]): readonly string[] {
  const listed = git('ls-tree', '-r', '--name-only', 'HEAD').trim().split('\n');
  const expected = [
    ...['.gitignore', 'backlog.config.mjs', 'check.sh', 'mine.txt', 'staged.txt', 'src/base.txt'],
    ...tasks.flatMap((task) => [`backlog/tasks/${task}.yaml`, `src/${task}.txt`]),
  ];
  const wrong = difference(listed, expected).map((path) => `the branch is wrong about ${path}`);
  for (const { commit, task, attempt } of landed) {
    const text = git('show', `${commit}:src/${task}.txt`);
    if (text !== `work of ${attempt}\n` && text !== `work of ${task}\n`) wrong.push(`${attempt} landed ${text.trim()}`);
    const changed = git('show', '--name-only', '--format=', commit).trim().split('\n');
    const own = [`backlog/tasks/${task}.yaml`, `src/${task}.txt`];
    for (const path of difference(changed, own)) wrong.push(`the landing of ${attempt} is wrong about ${path}`);
  }
  return wrong;
}

/** What the journal says landed is what the branch says landed. */
function wrongRecords(attempts: readonly AttemptRecord[], landed: readonly Landed[]): readonly string[] {
  const recorded = attempts.flatMap(({ attempt, result }) =>
    result?.status === 'landed' ? [`${attempt} ${result.commit}`] : [],
  );
  const onBranch = landed.map(({ attempt, commit }) => `${attempt} ${commit}`);
  return difference(recorded, onBranch).map((text) => `journal and branch differ about ${text}`);
}

/** What an attempt is known to have written is reachable from its ref. */
function lostWork({ git, witness }: World): readonly string[] {
  const lines = readFileSync(witness, 'utf8').trim().split('\n').filter(Boolean);
  return lines.flatMap((line) => {
    const { attempt, task, path, content }: Witnessed = JSON.parse(line);
    const ref = `refs/backlog-runner/attempts/${task}/${attempt.slice(task.length + 1)}`;
    if (git('for-each-ref', '--format=%(refname)', ref) === '') return [`${attempt} wrote ${path}, and has no ref`];
    return git('log', '-p', '-m', '--format=', ref, '--', path).includes(`+${content}`)
      ? []
      : [`${attempt} wrote ${path}, and its ref does not lead to it`];
  });
}

const STATE = /(?:\.lock|\.new|\.tmp|backlog-runner-index-\w+)$|\/landings\/.|\/(?:prepared|report)\/./;

/** Locks, drafts and intents that nobody needs any more. */
function strays({ root, project }: World): readonly string[] {
  const places = [join(project, '.git'), join(project, '.backlog-runner'), join(root, 'state'), project];
  return places.flatMap((place) => {
    if (!existsSync(place)) return [];
    const names = readdirSync(place, { recursive: place !== project, encoding: 'utf8' });
    return names.filter((name) => STATE.test(`/${name}`)).map((name) => `${join(place, name)} is left`);
  });
}

/** But for what the user was in the middle of, which is compared apart, the checkout is exactly the branch. */
function userProblems(git: World['git']): readonly string[] {
  const expected = [' M mine.txt', 'M  staged.txt', '?? untracked.txt'];
  const found = git('status', '--porcelain=v1', '--untracked-files=all').split('\n').filter(Boolean);
  return difference(found, expected).map((line) => `git status says ${line}, or does not`);
}

/** What is in only one of them, or more often in one. */
function difference(left: readonly string[], right: readonly string[]): readonly string[] {
  const rest = [...right];
  const extra = left.filter((item) => {
    const at = rest.indexOf(item);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [...extra, ...rest];
}
