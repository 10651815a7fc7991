import {
  EXECUTION_DOMAINS,
  PRIORITIES,
  type Priority,
  type RepoPath,
  type Revision,
  TASK_STATES,
  type Task,
  type TaskId,
  type TaskOutline,
  type TaskState,
} from '@backlog-runner/contracts';
import { type FileStamp, type FileStamps, numbersOf, STAMP_LENGTH, stampIn } from './file-stamp.ts';
import {
  canBeKept,
  listCell,
  listIn,
  optionalCell,
  optionalIn,
  type Section,
  type SectionContent,
} from './index-section.ts';

/** Grows with every change of what tasks are made of. */
const VERSION = 4;

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
  /** Whether a row has the stamp that `stamps` holds in a place. */
  hasStamp(row: number, stamps: FileStamps, place: number): boolean;
  /** An outline that looks each of its texts up when it is asked for it: most are never asked for most of them. */
  outlineAt(row: number): TaskOutline;
}

/** The numbers of a row: its state, its priority, its stamp. */
const STAMP = 2;
const PER_ROW: number = STAMP + STAMP_LENGTH;
/** Before the first row: the version and how many rows there are. */
const BEFORE_ROWS = 2;
/** The columns of outlines, in the order in which they are written. */
const [PATHS, IDS, TITLES, DEPENDS_ON, TOUCH_PATHS, CAPABILITIES, STATUS_NOTES, CREATED_AT, UPDATED_AT, SUPERSEDED_BY] =
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

export function encodeOutlines(
  entries: readonly { readonly task: TaskOutline; readonly stamp: FileStamp }[],
): SectionContent {
  const tasks = entries.map(({ task }) => task);
  const numbers = entries.flatMap(({ task: { state, priority }, stamp }) => [
    TASK_STATES.indexOf(state),
    PRIORITIES.indexOf(priority),
    ...numbersOf(stamp),
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
      tasks.map(({ supersededBy }) => listCell(supersededBy ?? [])),
    ],
  };
}

/** Throws when the section is of another version. */
export function outlineRows(section: Section): OutlineRows {
  const { numbers } = section;
  const count = rowsIn(numbers);
  const stampStart = (row: number) => BEFORE_ROWS + row * PER_ROW + STAMP;
  const [ids, dependsOn, createdAt] = [section.column(IDS), section.column(DEPENDS_ON), section.column(CREATED_AT)];
  return {
    paths: section.column(PATHS).slice(0, count) as RepoPath[],
    stampAt: (row) => stampIn(numbers, stampStart(row)),
    hasStamp: (row, stamps, place) => stamps.isSame(place, numbers, stampStart(row)),
    outlineAt(row) {
      const start = BEFORE_ROWS + row * PER_ROW;
      return new OutlineRow(
        section,
        row,
        chosen(TASK_STATES, numbers[start]),
        chosen(PRIORITIES, numbers[start + 1]),
        cell(ids, row) as TaskId,
        listIn(cell(dependsOn, row)) as readonly TaskId[],
        optionalIn(cell(createdAt, row)),
      ) as TaskOutline;
    },
  };
}

/** Holds what every look at a backlog asks of each task, and looks the rest up when it is asked for. */
class OutlineRow {
  private readonly section: Section;
  private readonly row: number;
  readonly state: TaskState;
  readonly priority: Priority;
  readonly id: TaskId;
  readonly dependsOn: readonly TaskId[];
  readonly createdAt: string | undefined;

  constructor(
    section: Section,
    row: number,
    state: TaskState,
    priority: Priority,
    id: TaskId,
    dependsOn: readonly TaskId[],
    createdAt: string | undefined,
  ) {
    this.section = section;
    this.row = row;
    this.state = state;
    this.priority = priority;
    this.id = id;
    this.dependsOn = dependsOn;
    this.createdAt = createdAt;
  }
  get supersededBy(): readonly TaskId[] | undefined {
    const ids = listIn(this.text(SUPERSEDED_BY)) as readonly TaskId[];
    return ids.length === 0 ? undefined : ids;
  }
  get path(): RepoPath {
    return this.text(PATHS) as RepoPath;
  }
  get title(): string {
    return this.text(TITLES);
  }
  get touchPaths(): readonly RepoPath[] {
    return listIn(this.text(TOUCH_PATHS)) as readonly RepoPath[];
  }
  get capabilities(): readonly string[] {
    return listIn(this.text(CAPABILITIES));
  }
  get statusNotes(): readonly string[] {
    return listIn(this.text(STATUS_NOTES));
  }
  get updatedAt(): string | undefined {
    return optionalIn(this.text(UPDATED_AT));
  }
  private text(column: number): string {
    return cell(this.section.column(column), this.row);
  }
}

export function encodeRests(tasks: readonly Rest[]): SectionContent {
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
export function restRows(section: Section): (row: number) => Rest {
  rowsIn(section.numbers);
  const text = (column: number, row: number) => cell(section.column(column), row);
  return (row) => {
    const executionDomain = EXECUTION_DOMAINS.find((domain) => domain === text(1, row));
    const validationProfile = optionalIn(text(2, row));
    const description = optionalIn(text(4, row));
    const passId = optionalIn(text(6, row));
    const type = text(5, row) as Rest['source']['type'];
    return {
      kind: text(0, row) as Rest['kind'],
      ...(executionDomain === undefined ? {} : { executionDomain }),
      ...(validationProfile === undefined ? {} : { validationProfile }),
      acceptanceCriteria: listIn(text(3, row)),
      ...(description === undefined ? {} : { description }),
      source: passId === undefined ? { type } : { type, passId },
      revision: text(7, row) as Revision,
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

function chosen<T>(choices: readonly T[], place: number | undefined): T {
  const choice = place === undefined ? undefined : choices[place];
  if (choice === undefined) throw new Error('The index names no such choice.');
  return choice;
}
