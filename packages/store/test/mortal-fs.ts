import { AsyncLocalStorage } from 'node:async_hooks';
import type fs from 'node:fs';
import { join } from 'node:path';

/** A writer that dies before one of its calls, as a process that is killed: no file changes for it from then on. */
export interface Life {
  /** Before how many more calls that write it dies, or before it puts a task file into its place. */
  left: number | 'until-it-moves';
  /** `moving`: right before it would have put a task file into its place. */
  died: 'moving' | 'elsewhere' | undefined;
  /** Whether it has put a task file into its place. */
  moved: boolean;
  /** What others do before how many more calls, all of it at once. */
  readonly interrupted?: { left: number; readonly by: () => void };
}

/** What a writer meets that is dead. Whoever catches it is dead, too. */
const death = new Error('It was killed.');
const lives = new AsyncLocalStorage<Life>();

const WRITES = /^(mkdir|open|writeFile|write|appendFile|fsync|fchmod|link|rename|unlink|rm)Sync$/;
const MOVES = /^(link|rename)Sync$/;
const TASKS = join('backlog', 'tasks');

/** Lives as long as it may; undefined when it died before the end. */
export async function living<Result>(life: Life, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await lives.run(life, work);
  } catch (error) {
    if (life.died === undefined) throw error;
    return undefined;
  }
}

/** The file system, in which those die whose time has come. */
export function mortalFs(real: typeof fs): typeof fs {
  const mortal = Object.entries(real).flatMap(([name, call]) => {
    if (typeof call !== 'function' || !name.endsWith('Sync')) return [];
    const wrapped = (...args: readonly unknown[]): unknown => {
      const life = lives.getStore();
      // The system closes what a dead process had open.
      if (life === undefined || name === 'closeSync') return Reflect.apply(call, real, args);
      interrupt(life);
      const moves = MOVES.test(name) && String(args[1]).includes(TASKS);
      if (life.died === undefined && isOver(life, name, moves)) life.died = moves ? 'moving' : 'elsewhere';
      if (life.died !== undefined) throw death;
      const result: unknown = Reflect.apply(call, real, args);
      if (moves) life.moved = true;
      return result;
    };
    return [[name, wrapped] as const];
  });
  return { ...real, ...Object.fromEntries(mortal) };
}

function isOver(life: Life, name: string, moves: boolean): boolean {
  if (life.left === 'until-it-moves') return moves;
  if (!WRITES.test(name)) return false;
  life.left -= 1;
  return life.left < 0;
}

function interrupt({ interrupted }: Life): void {
  if (interrupted === undefined) return;
  interrupted.left -= 1;
  if (interrupted.left === -1) interrupted.by();
}
