import { foldHistory, type History, type JournalEntry, type Task } from '@backlog-runner/contracts';
import { type Scene, short } from './scene.ts';
import { type Evidence, type Verdict, verdict } from './verdict.ts';

/** 9: the journal, read again, says what the backlog says. */
export function replay(scene: Scene): Verdict {
  const states = scene.tasks.map((task) => stateOf(task, scene));
  const { damagedLines } = scene;
  return verdict(
    9,
    'Decisions are a pure function of recorded facts',
    {
      checked: scene.entries.length + scene.tasks.length,
      findings: [...foldsTwoWays(scene), ...repeated(scene.entries), ...states.flatMap(({ findings }) => findings)],
      notes: [
        ...(damagedLines > 0 ? [`${damagedLines} lines of the journal cannot be read and do not count`] : []),
        ...missing(scene.entries),
        ...states.flatMap(({ notes = [] }) => notes),
      ],
    },
    'What was decided from past snapshots is not decided again; edits of task files by hand leave no record.',
  );
}

function foldsTwoWays({ entries, history }: Scene): readonly string[] {
  const middle = Math.floor(entries.length / 2);
  const again = foldHistory(entries.slice(middle), foldHistory(entries.slice(0, middle)));
  return plain(again) === plain(history) ? [] : ['reading the journal in two parts gives another history'];
}

function plain({ tasks, providers, runs, inquiries, planner, passes, admissions, rejected }: History): string {
  const looks = [[...inquiries], planner.fruitlessInARow, [...planner.parents], [...planner.held], [...passes]];
  return JSON.stringify([[...tasks], [...providers], [...runs], looks, [...admissions], rejected]);
}

function repeated(entries: readonly JournalEntry[]): readonly string[] {
  const seen = new Set<string>();
  return entries.flatMap(({ run, seq }) => {
    const key = `${run} ${seq}`;
    if (seen.has(key)) return [`the run ${run} recorded two events as number ${seq}`];
    seen.add(key);
    return [];
  });
}

/** An event that could not be written, on a full disk for instance, leaves its number free. */
function missing(entries: readonly JournalEntry[]): readonly string[] {
  const counts = new Map<string, { events: number; last: number }>();
  for (const { run, seq } of entries) {
    const { events, last } = counts.get(run) ?? { events: 0, last: 0 };
    counts.set(run, { events: events + 1, last: Math.max(last, seq) });
  }
  return [...counts].flatMap(([run, { events, last }]) =>
    events < last ? [`${last - events} events of the run ${run} are not in the journal`] : [],
  );
}

type Part = Omit<Evidence, 'checked'>;

function stateOf({ id, state }: Task, scene: Scene): Part {
  if (scene.heldTasks.has(id)) return { findings: [] };
  const { landed, failed } = scene.history.tasks.get(id) ?? {};
  const standing = scene.landings.find(({ task, reverted }) => task === id && !reverted);
  if (standing && (state === 'ready' || state === 'planned')) {
    const text = `${id} landed as ${short(standing.commit)} and is ${state}`;
    if (scene.broughtFiles.has(id)) return { findings: [], notes: [`${text}: it was reopened by hand`] };
    return { findings: [`${text}: sync or the next start puts it right`] };
  }
  const isReverted = landed && scene.landings.some(({ commit, reverted }) => commit === landed.commit && reverted);
  if (isReverted && !standing && state === 'done' && !scene.broughtFiles.has(id)) {
    return { findings: [`${id} is done, but its landing is reverted: sync or the next start puts it right`] };
  }
  if (failed && state !== 'failed')
    return { findings: [], notes: [`${id} failed and is ${state}: it was edited since`] };
  return { findings: [] };
}
