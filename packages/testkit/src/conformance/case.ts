import { system } from '@backlog-runner/contracts';
import { breach, broken } from './breach.ts';

/** A part keeps its contract when every MUST case passes. A SHOULD case says what a careful part does besides. */
export type Level = 'MUST' | 'SHOULD';

/** What a case is run in: fresh for every case. */
export interface World {
  /** Ends what the world started and removes what it made. Called once, also after a case that failed. */
  dispose?(): void | Promise<void>;
}

/** How to make the part that is checked, with what is around it. */
export interface Subject<Made extends World, Need extends string> {
  open(): Made | Promise<Made>;
  /** What the worlds of this subject do not give, and why. The cases that need it are skipped with that reason. */
  readonly cannot?: Readonly<Partial<Record<Need, string>>>;
  /** How long a case waits for what must come soon, in milliseconds. Default 20,000. */
  readonly patienceMs?: number;
}

/** One sentence of a contract, and how to find out whether a part keeps it. */
export interface ConformanceCase<Made extends World, Need extends string> {
  /** Stable, such as `leases/fence-grows`. */
  readonly id: string;
  readonly level: Level;
  readonly sentence: string;
  /** Why the subject cannot be asked this; undefined when it can. */
  skipped(subject: Subject<Made, Need>): string | undefined;
  /**
   * Resolves when the sentence is kept. Otherwise, and when the subject cannot be asked, rejects with an
   * `AssertionError` that names the case, the sentence, what was expected and what was found.
   */
  run(subject: Subject<Made, Need>): Promise<void>;
}

export type Check<Made> = (world: Made) => void | Promise<void>;
export type DefineCase<Made extends World, Need extends string> = (
  id: string,
  sentence: string,
  check: Check<Made>,
  ...needs: readonly Need[]
) => ConformanceCase<Made, Need>;

const DEFAULT_PATIENCE_MS = 20_000;

/** The two ways to define a case of one contract. */
export function casesOf<Made extends World, Need extends string>(): Record<'must' | 'should', DefineCase<Made, Need>> {
  const define =
    (level: Level): DefineCase<Made, Need> =>
    (id, sentence, check, ...needs) => ({
      id,
      level,
      sentence,
      skipped: ({ cannot }) => needs.map((need) => cannot?.[need]).find((reason) => reason !== undefined),
      async run(subject) {
        const { patienceMs = DEFAULT_PATIENCE_MS } = subject;
        const reason = this.skipped(subject);
        try {
          if (reason !== undefined) throw breach(`a subject that gives ${needs.join(', ')}`, reason);
          await inWorldOf(subject, (world) => patiently(Promise.resolve(check(world)), patienceMs));
        } catch (error) {
          throw broken({ id, level, sentence }, error);
        }
      },
    });
  return { must: define('MUST'), should: define('SHOULD') };
}

async function inWorldOf<Made extends World>(subject: Subject<Made, string>, check: Check<Made>): Promise<void> {
  const world = await subject.open();
  try {
    await check(world);
  } finally {
    await world.dispose?.();
  }
}

/** A part that hangs is a part that fails. */
async function patiently(work: Promise<void>, patienceMs: number): Promise<void> {
  let cancel = () => {};
  const impatience = new Promise<never>((_, reject) => {
    cancel = system.after(patienceMs, () => reject(breach(`an end within ${patienceMs} ms`, 'none')), {
      keepAlive: true,
    });
  });
  try {
    await Promise.race([work, impatience]);
  } finally {
    cancel();
  }
}
