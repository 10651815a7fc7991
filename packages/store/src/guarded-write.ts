import {
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Revision, System } from '@backlog-runner/contracts';
import { crypto } from './load-on-demand.ts';
import { revisionOf } from './read-spec.ts';
import { discard, storing, unless } from './storage.ts';

/*
 * How two processes never change one thing at once, without a lock that could go stale.
 *
 * Every change under a key takes the next number of that key. A writer (1) finds the highest number, (2) removes the
 * prepared files of that and all lower numbers, (3) reads what it depends on and prepares the new content in a file of
 * its own, (4) creates the next number with O_EXCL, which only one can, (5) makes sure that no higher number appeared,
 * and (6) moves its prepared file to its target. A writer that is overtaken anywhere between (1) and (6) finds its
 * number taken or its prepared file gone, has changed nothing, and begins again. A writer that dies leaves at most a
 * prepared file, which the next one removes: nobody ever finishes a change for somebody else, so nothing happens under
 * a guard that was checked long ago. The highest number of a key is never removed, so that no number is given twice.
 *
 *   <state>/writes/numbers/<xx>/<key>@<n>     taken; holds the note of its writer
 *   <state>/writes/prepared/<key>@<n>.<token> the content of a change that is being made
 */

export interface GuardedWrites {
  /**
   * Makes one change under a key. `planAfter` is called with the note of the change before, as often as somebody else is
   * faster; when it returns no change or throws, nothing is written.
   */
  write<Answer>(
    key: string,
    planAfter: (note: string) => Promise<Plan | { answer: Answer }>,
  ): Promise<Written | { answer: Answer }>;
  /** Removes what writers left behind that died. One that is alive begins again. */
  sweep(): void;
}

export interface Plan {
  /** The absolute path to write. Its directory exists. */
  readonly target: string;
  readonly content: string;
  /** What the target must still hold, or that there must be none. */
  readonly replaces: Revision | undefined;
  /** The permissions of the new file. Default: as for any new file. */
  readonly mode?: number;
  /** For whoever changes this key next. */
  readonly note: string;
  /** Called last before the change. Throws when it may not happen any more. */
  readonly confirm?: () => Promise<void>;
}

export interface Written {
  readonly plan: Plan;
}

export interface GuardedWritesOptions {
  readonly stateDirectory: string;
  readonly system: System;
  /** Makes the last step of a change, which takes no time. */
  readonly during: (change: () => boolean) => boolean;
}

export function guardedWrites({ stateDirectory, system, during }: GuardedWritesOptions): GuardedWrites {
  const numbers = join(stateDirectory, 'writes', 'numbers');
  const prepared = join(stateDirectory, 'writes', 'prepared');

  /** A few keys share a directory: one for each would cost more than all the rest. */
  const shelfOf = (key: string): string =>
    join(numbers, crypto().createHash('sha256').update(key).digest('hex').slice(0, 2));
  const placeOf = (key: string, number: number): string => join(shelfOf(key), `${key}@${number}`);
  /** The numbers of a key that were taken and not removed since, in order. */
  const taken = (key: string): readonly number[] => {
    const names = unless(['ENOENT'], () => readdirSync(shelfOf(key))) ?? [];
    const owners = names.map(ownerOf).filter((owner) => owner.key === key);
    return owners.map(({ number }) => number).sort((left, right) => left - right);
  };
  const dropUpTo = (key: string, number: number): void => {
    for (const name of namesOfPrepared(prepared)) {
      const owner = ownerOf(name);
      if (owner.key === key && owner.number <= number) rmSync(join(prepared, name), { force: true });
    }
  };
  const take = (key: string, number: number, note: string): boolean => {
    const place = placeOf(key, number);
    mkdirSync(dirname(place), { recursive: true });
    return unless(['EEXIST'], () => writeFileSync(place, note, { flag: 'wx' }) ?? true) ?? false;
  };
  const begin = (key: string): { number: number; note: string } => {
    const last = taken(key).at(-1) ?? 0;
    dropUpTo(key, last);
    const note = last === 0 ? undefined : unless(['ENOENT'], () => readFileSync(placeOf(key, last), 'utf8'));
    return { number: last + 1, note: note ?? '' };
  };
  const commit = (key: string, number: number, file: string, plan: Plan): boolean => {
    if (!take(key, number, plan.note)) return false;
    const all = taken(key);
    if (all.at(-1) !== number || !stillThere(plan) || !move(file, plan)) return false;
    for (const old of all.slice(0, -1)) discard(placeOf(key, old));
    return true;
  };

  return {
    async write(name, planAfter) {
      const key = name.toLowerCase();
      for (;;) {
        const { number, note } = storing('written', numbers, () => begin(key));
        const plan = await planAfter(note);
        if (!('target' in plan)) return plan;
        const file = join(prepared, `${key}@${number}.${system.token(8)}`);
        try {
          storing('written', plan.target, () => prepare(file, plan));
          await plan.confirm?.();
          const change = () => storing('written', plan.target, () => commit(key, number, file, plan));
          if (during(change)) return { plan };
        } finally {
          discard(file);
        }
      }
    },
    sweep() {
      for (const name of namesOfPrepared(prepared)) {
        const { key } = ownerOf(name);
        const { number, note } = begin(key);
        take(key, number, note);
        dropUpTo(key, number);
      }
    },
  };
}

/** Writes a file that is complete and on the disk when this returns. */
function prepare(file: string, { content, mode }: Plan): void {
  const descriptor = openNew(file);
  try {
    writeFileSync(descriptor, content);
    if (mode !== undefined) fchmodSync(descriptor, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function openNew(file: string): number {
  const descriptor = unless(['ENOENT'], () => openSync(file, 'wx'));
  if (descriptor !== undefined) return descriptor;
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'wx');
}

/** People edit the same files with tools that know nothing of numbers. */
function stillThere({ target, replaces }: Plan): boolean {
  const content = unless(['ENOENT'], () => readFileSync(target));
  return (content && revisionOf(content)) === replaces;
}

/** False when the prepared file is gone, or the target came into being. */
function move(file: string, { target, replaces }: Plan): boolean {
  const done = unless(['ENOENT', 'EEXIST'], () => {
    if (replaces === undefined) {
      linkSync(file, target);
      // The next writer may have removed it already: that takes nothing back.
      discard(file);
    } else renameSync(file, target);
    return true;
  });
  return done ?? false;
}

function namesOfPrepared(prepared: string): readonly string[] {
  return (unless(['ENOENT'], () => readdirSync(prepared)) ?? []).filter((name) => name.includes('@'));
}

function ownerOf(name: string): { key: string; number: number } {
  const at = name.lastIndexOf('@');
  return { key: name.slice(0, at), number: Number.parseInt(name.slice(at + 1), 10) };
}
