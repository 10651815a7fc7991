/**
 * The identifiers that travel between parts. Each is a string or number at run time and a type of its own at compile
 * time, because one identifier where another belongs loses data.
 */
declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Names one task for its whole life. Safe as a file name and as a component of a git ref; see {@link parseTaskId}. */
export type TaskId = Branded<string, 'TaskId'>;
/** One life of a runner, from start to exit. */
export type RunId = Branded<string, 'RunId'>;
/** Whoever holds a lease. For a runner this is its run id. */
export type HolderId = Branded<string, 'HolderId'>;
/** One try at one task by one agent in one workspace: `<task>.<fence>`. */
export type AttemptId = Branded<string, 'AttemptId'>;
/**
 * One look at the repository by the planner or a pass: `<first parent>.<fence>` or `pass-<id>.<fence>`. What is written
 * there all the same is retained as an attempt's work is, so it is named like one.
 */
export type InquiryId = AttemptId;
/** A fencing token: the number of the lease grant under which an effect happens. Positive, whole, ever growing. */
export type Fence = Branded<number, 'Fence'>;
/** Names one exact content of a task file. Two different contents never share one. */
export type Revision = Branded<string, 'Revision'>;
/** The full object name of a git commit. */
export type CommitId = Branded<string, 'CommitId'>;
/** The full object name of a git tree. */
export type TreeId = Branded<string, 'TreeId'>;
/** The agent's own name for its resumable memory. */
export type SessionId = Branded<string, 'SessionId'>;
/** Milliseconds since 1970-01-01 UTC, by the wall clock. May jump; never decides who owns something. */
export type EpochMs = Branded<number, 'EpochMs'>;

const TASK_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
/** Windows reads these as devices, whatever ending follows. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Reads a task id from untrusted text. Undefined unless it is 1 to 100 letters, digits, `.`, `_` or `-`, starts with a
 * letter or digit, and is valid as a component of a git ref (`git check-ref-format`) and as a file name everywhere.
 */
export function parseTaskId(text: string): TaskId | undefined {
  const misread = text.includes('..') || text.endsWith('.') || /\.lock$/i.test(text) || DEVICE.test(text);
  return TASK_ID.test(text) && !misread ? (text as TaskId) : undefined;
}

/** A readable slug of the title plus a few random characters, so that two branches never invent the same id. */
export function newTaskId(title: string, token: string): TaskId {
  const slug = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
  return `${slug || 'task'}-${token}` as TaskId;
}

export function attemptIdOf(task: TaskId, fence: Fence): AttemptId {
  return `${task}.${fence}` as AttemptId;
}
