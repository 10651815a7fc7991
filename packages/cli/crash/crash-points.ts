import { AsyncLocalStorage } from 'node:async_hooks';

/** Where a program can be killed: before each of its durable steps. */
export interface CrashPoints {
  /** Called before a durable step. The program may not live to see the end of the call. */
  before(step: string): StepName | undefined;
  /** Steps taken in here are named as parts of this call. */
  within<Value>(call: string, action: () => Promise<Value>): Promise<Value>;
  /** All steps so far. */
  readonly taken: readonly StepName[];
}

/** What is done, and for the how manyeth time in this program: `landing.land › git update-ref #2`. The same in every run. */
export type StepName = `${string} #${number}`;

export interface Crash {
  readonly at: StepName;
  readonly signal: NodeJS.Signals;
}

/**
 * Steps that nobody can see but their own writer: a draft, which becomes something when it is renamed or linked, and git
 * objects, which are named by their content, and directories that are made when they are missing. A kill before or after
 * one finds the same. With `drafts` they count too.
 */
const UNSEEN = [
  /^(?:open|write|writeFile|appendFile|chmod|rm) .*(?:\.aside|\.new|\.tmp|prepared\/\S+|report\/\S+|\btmp_obj_\S+)$/,
  /^writeFile \d+-[a-z2-7]{10}\/\d+\.json$/,
  /^utimes /,
  /^mkdir /,
  /^rename [0-9a-f]{2}\/tmp_obj_/,
  /witness/,
];

/** Tokens, fences and object names differ from run to run. */
const VARYING = [
  /[0-9a-f]{38,}/g,
  /(?<=\d-)[a-z2-7]{10}\b/g,
  /\b[a-z2-7]{10}(?=\.(?:jsonl|md|aside)\b)/g,
  /(?<=\.)[a-z2-7]{12}(?=\.tmp)/g,
  /(?<=\.json\.)[a-z2-7]{6}(?=\.new)/g,
  /(?<=[.-])\d+\b/g,
  /(?<=\/)\d+(?=\.json$)/g,
  /(?<=project-)[0-9a-f]{12}$/g,
  /(?<=backlog-runner-crash-)\w+/g,
];

export function crashPoints(crash: Crash | undefined, { drafts }: { readonly drafts: boolean }): CrashPoints {
  const taken: StepName[] = [];
  const times = new Map<string, number>();
  const calls = new AsyncLocalStorage<string>();
  return {
    taken,
    before(step) {
      if (!drafts && UNSEEN.some((unseen) => unseen.test(step))) return undefined;
      const call = calls.getStore();
      const what = `${call === undefined ? '' : `${call} › `}${VARYING.reduce((text, varying) => text.replace(varying, '*'), step)}`;
      const time = (times.get(what) ?? 0) + 1;
      times.set(what, time);
      const name: StepName = `${what} #${time}`;
      taken.push(name);
      if (name === crash?.at) process.kill(process.pid, crash.signal);
      return name;
    },
    within: (call, action) => calls.run(calls.getStore() ?? call, action),
  };
}
