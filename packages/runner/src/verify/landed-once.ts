import type { CommitId, JournalEntry } from '@backlog-runner/contracts';
import type { LandingFacts } from './facts.ts';
import { plansNotOnce } from './landed-plans.ts';
import { type Scene, short } from './scene.ts';
import type { Evidence, Verdict } from './verdict.ts';
import { verdict } from './verdict.ts';

type Landed = Extract<JournalEntry, { type: 'task.landed' }>;

/** 3: code and `state: done` arrive in one commit, once; and so does a plan. */
export function landedOnce(scene: Scene): Verdict {
  const told = scene.entries.filter(
    (entry): entry is Landed => entry.type === 'task.landed' && entry.branch === scene.branch,
  );
  const own = scene.landings.filter(({ commit }) => !scene.brought.has(commit));
  const parts = [twice(own, scene), notDone(own), notOnBranch(scene, told), notTold(own, scene, told), brought(scene)];
  return verdict(
    3,
    'Exactly-once landing',
    {
      checked: scene.landings.length + scene.plans.length + told.length,
      findings: [...parts.flatMap(({ findings }) => findings), ...plansNotOnce(scene)],
      notes: parts.flatMap(({ notes = [] }) => notes),
    },
    'Where git ignores the task files, a landing is known by its trailers alone; what landed on other branches is not looked at.',
  );
}

type Part = Omit<Evidence, 'checked'>;

function twice(landings: readonly LandingFacts[], { broughtFiles }: Scene): Part {
  const findings: string[] = [];
  const notes: string[] = [];
  const standing = landings.filter(({ reverted }) => !reverted);
  for (const [at, newer] of standing.entries()) {
    const older = standing.slice(at + 1).find(({ task }) => task === newer.task);
    if (!older) continue;
    const text = `${newer.task} landed as ${short(older.commit)} and as ${short(newer.commit)}`;
    if (wasReopened(older, newer, broughtFiles.has(newer.task))) notes.push(`${text}: it was reopened in between`);
    else findings.push(`${text}, and neither is reverted`);
  }
  return { findings, notes };
}

/** A file that arrives with the branch said `done` when the first landed, so only a person can have reopened it. */
function wasReopened(older: LandingFacts, newer: LandingFacts, isBrought: boolean): boolean {
  const before = newer.taskFile?.before;
  if (before !== undefined && before !== 'done') return true;
  const sawIt = older.laterClaims.some(({ attempt, holdsLanding }) => attempt === newer.attempt && holdsLanding);
  return isBrought && sawIt && older.taskFile?.state === 'done';
}

function notDone(landings: readonly LandingFacts[]): Part {
  const findings = landings.flatMap(({ task, commit, parents, taskFile }) => [
    ...(taskFile && taskFile.state !== 'done' ? [`${short(commit)} lands ${task} but says ${taskFile.state}`] : []),
    ...(parents.length === 1 ? [] : [`${short(commit)} lands ${task} with ${parents.length} parents`]),
  ]);
  return { findings };
}

function notOnBranch({ landings, branch, isLive }: Scene, told: readonly Landed[]): Part {
  const present = new Set(landings.map(({ commit }) => commit));
  const notes = told
    .filter(({ commit, run }) => !present.has(commit) && !isLive(run))
    .map(({ task, commit }) => `${task} landed as ${short(commit)}, and ${branch} was rewritten without it since`);
  return { findings: [], notes };
}

/** What a person brings to the branch with git is the person's own doing: a pick, a merge, a rebase, an amendment. */
function brought({ landings, brought: origins }: Scene): Part {
  const notes = landings.flatMap(({ task, commit }) => {
    const origin = origins.get(commit);
    return origin === undefined ? [] : [`${task} is on the branch as ${short(commit)}, ${origin}: not judged`];
  });
  return { findings: [], notes };
}

function notTold(landings: readonly LandingFacts[], scene: Scene, told: readonly Landed[]): Part {
  const commits = new Set<CommitId>(told.map(({ commit }) => commit));
  const rewritten = new Set(told.map(({ attempt }) => attempt));
  const silent = landings.filter(({ commit, attempt }) => !commits.has(commit) && !rewritten.has(attempt));
  const elsewhere = silent.filter(({ attempt }) => !scene.attempts.has(attempt));
  const findings = silent
    .filter(({ attempt, task }) => scene.attempts.has(attempt) && !scene.heldTasks.has(task))
    .map(
      ({ task, commit }) =>
        `${task} landed as ${short(commit)}, and the journal does not say so: the next start notes it`,
    );
  const notes =
    elsewhere.length > 0 ? [`${elsewhere.length} landings are older than this journal, or of another machine`] : [];
  return { findings, notes };
}
