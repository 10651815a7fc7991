import {
  EXECUTION_DOMAINS,
  PRIORITIES,
  type RepoPath,
  type Revision,
  TASK_STATES,
  type Task,
  type TaskId,
  type TaskOutline,
} from '@backlog-runner/contracts';
import { canBeKept, listCell, listIn, optionalCell, optionalIn, type Section } from './index-section.ts';
import type { FileStamp } from './list-specs.ts';

/** Grows with every change of what tasks are made of. */
const VERSION = 3;

type Rest = Omit<Task, keyof TaskOutline>;

/** Whether every text of a task would be read back as it is. */
export function isKeepable(task: Task): boolean {
  const { touchPaths, capabilities, statusNotes, acceptanceCriteria, source } = task;
  const { title, path, createdAt, updatedAt, validationProfile, description } = task;
  const texts = [title, path, createdAt, updatedAt, validationProfile, description, source.passId];
  return canBeKept([...texts, ...touchPaths, ...capabilities, ...statusNotes, ...acceptanceCriteria].join(' '));
}

/** Taken apart, and put together row by row. */
export interface OutlineRows {
  readonly paths: readonly RepoPath[];
  stampAt(row: number): FileStamp;
  hasStamp(row: number, stamp: FileStamp): boolean;
  outlineAt(row: number): TaskOutline;
}

/** The numbers of a row: its state, its priority, its stamp. */
const PER_ROW = 6;
/** Before the first row: the version and how many rows there are. */
const BEFORE_ROWS = 2;

export function encodeOutlines(entries: readonly { readonly task: TaskOutline; readonly stamp: FileStamp }[]): Section {
  const tasks = entries.map(({ task }) => task);
  const numbers = entries.flatMap(({ task: { state, priority }, stamp: { size, mtimeMs, ctimeMs, ino } }) => [
    ...[TASK_STATES.indexOf(state), PRIORITIES.indexOf(priority)],
    ...[size, mtimeMs, ctimeMs, ino],
  ]);
  return {
    numbers: [VERSION, tasks.length, ...numbers],
    columns: [
      tasks.map(({ path }) => path),
      tasks.map(({ id }) => id),
      tasks.map(({ title }) => title),
      tasks.map(({ dependsOn }) => listCell(dependsOn)),
      tasks.map(({ touchPaths }) => listCell(touchPaths)),
      tasks.map(({ capabilities }) => listCell(capabilities)),
      tasks.map(({ statusNotes }) => listCell(statusNotes)),
      tasks.map(({ createdAt }) => optionalCell(createdAt)),
      tasks.map(({ updatedAt }) => optionalCell(updatedAt)),
    ],
  };
}

/** Throws when the section is of another version. */
export function outlineRows({ numbers, columns }: Section): OutlineRows {
  const rows = rowsIn(numbers);
  const [paths = [], ids = [], titles = [], dependsOn = [], touchPaths = [], capabilities = [], notes = []] = columns;
  const [createdAt = [], updatedAt = []] = columns.slice(7);
  const at = (row: number, column: number) => numbers[BEFORE_ROWS + row * PER_ROW + column] ?? Number.NaN;
  return {
    paths: paths.slice(0, rows) as RepoPath[],
    stampAt: (row) => ({ size: at(row, 2), mtimeMs: at(row, 3), ctimeMs: at(row, 4), ino: at(row, 5) }),
    hasStamp: (row, { size, mtimeMs, ctimeMs, ino }) =>
      at(row, 2) === size && at(row, 3) === mtimeMs && at(row, 4) === ctimeMs && at(row, 5) === ino,
    outlineAt(row) {
      const created = optionalIn(cell(createdAt, row));
      const updated = optionalIn(cell(updatedAt, row));
      const outline: { -readonly [Key in keyof TaskOutline]: TaskOutline[Key] } = {
        id: cell(ids, row) as TaskId,
        title: cell(titles, row),
        state: chosen(TASK_STATES, at(row, 0)),
        priority: chosen(PRIORITIES, at(row, 1)),
        dependsOn: listIn(cell(dependsOn, row)) as readonly TaskId[],
        touchPaths: listIn(cell(touchPaths, row)) as readonly RepoPath[],
        capabilities: listIn(cell(capabilities, row)),
        statusNotes: listIn(cell(notes, row)),
        path: cell(paths, row) as RepoPath,
      };
      if (created !== undefined) outline.createdAt = created;
      if (updated !== undefined) outline.updatedAt = updated;
      return outline;
    },
  };
}

export function encodeRests(tasks: readonly Rest[]): Section {
  return {
    numbers: [VERSION, tasks.length],
    columns: [
      tasks.map(({ kind }) => kind),
      tasks.map(({ executionDomain }) => optionalCell(executionDomain)),
      tasks.map(({ validationProfile }) => optionalCell(validationProfile)),
      tasks.map(({ acceptanceCriteria }) => listCell(acceptanceCriteria)),
      tasks.map(({ description }) => optionalCell(description)),
      tasks.map(({ source }) => source.type),
      tasks.map(({ source }) => optionalCell(source.passId)),
      tasks.map(({ revision }) => revision),
    ],
  };
}

/** What a task has beside its outline, row by row. Throws when the section is of another version. */
export function restRows({ numbers, columns }: Section): (row: number) => Rest {
  rowsIn(numbers);
  const [kinds = [], domains = [], profiles = [], criteria = [], descriptions = []] = columns;
  const [types = [], passes = [], revisions = []] = columns.slice(5);
  return (row) => {
    const executionDomain = EXECUTION_DOMAINS.find((domain) => domain === domains[row]);
    const validationProfile = optionalIn(cell(profiles, row));
    const description = optionalIn(cell(descriptions, row));
    const passId = optionalIn(cell(passes, row));
    const type = cell(types, row) as Rest['source']['type'];
    return {
      kind: cell(kinds, row) as Rest['kind'],
      ...(executionDomain === undefined ? {} : { executionDomain }),
      ...(validationProfile === undefined ? {} : { validationProfile }),
      acceptanceCriteria: listIn(cell(criteria, row)),
      ...(description === undefined ? {} : { description }),
      source: passId === undefined ? { type } : { type, passId },
      revision: cell(revisions, row) as Revision,
    };
  };
}

function rowsIn(numbers: ArrayLike<number>): number {
  const [version, rows = 0] = [numbers[0], numbers[1]];
  if (version !== VERSION) throw new Error('The index is of another version.');
  return rows;
}

function cell(column: readonly string[], row: number): string {
  const text = column[row];
  if (text === undefined) throw new Error('The index lacks a cell.');
  return text;
}

function chosen<T>(choices: readonly T[], place: number): T {
  const choice = choices[place];
  if (choice === undefined) throw new Error('The index names no such choice.');
  return choice;
}
