import { BacklogError, type Cancel, type EpochMs, type RunId, type System } from '@backlog-runner/contracts';
import type { Chaos } from './chaos.ts';
import type { Chance } from './random.ts';
import type { Actor, Scheduler } from './scheduler.ts';

/** One process that runs a runner, from its start to its end or its death. */
export interface Life extends Actor {
  readonly run: RunId;
  readonly system: System;
  /** Whether its runner has come to an end by itself. */
  isOver: boolean;
  /** Whether it goes on for as long as nobody stops it. */
  isWatching: boolean;
  /** What it watches. */
  watches: number;
  /** How often the disk gave it no answer. */
  failures: number;
  /** Does something as a step of its own, which may fail, be told late, or never happen. */
  gate<Value>(what: string, kind: 'read' | 'write', act: () => Promise<Value>): Promise<Value>;
  /** Calls back as a step of its own. */
  later(what: string, action: () => void): void;
  watch(what: string, watch: (onChange: () => void) => Cancel, onChange: () => void): Cancel;
}

export interface LifeOptions {
  readonly run: string;
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly random: () => number;
  /** What may go wrong now. */
  readonly chaos: () => Pick<Chaos, 'failWrite' | 'failRead' | 'late'>;
  readonly note: (text: string) => void;
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

export function createLife({ run, scheduler, chance, random, chaos, note }: LifeOptions): Life {
  const letter = () => ALPHABET[Math.floor(random() * ALPHABET.length)];
  const system: System = {
    now: (): EpochMs => scheduler.now(),
    monotonic: () => scheduler.elapsed(),
    after: (delayMs, action) => scheduler.after(life, delayMs, action),
    random,
    token: (length) => Array.from({ length }, letter).join(''),
  };
  const later = (what: string, action: () => void) => scheduler.add({ actor: life, what, run: action });
  const faultOf = (kind: 'read' | 'write'): 'before' | 'after' | undefined => {
    const { failWrite, failRead } = chaos();
    if (!chance.happens(kind === 'read' ? failRead : failWrite)) return undefined;
    life.failures += 1;
    return kind === 'read' || chance.happens(0.5) ? 'before' : 'after';
  };
  const life: Life = {
    name: run,
    run: run as RunId,
    state: 'running',
    pace: 1,
    system,
    isOver: false,
    isWatching: false,
    watches: 0,
    failures: 0,
    gate: (what, kind, act) =>
      new Promise((resolve, reject) => {
        later(what, () => {
          const fault = faultOf(kind);
          if (fault === 'before') {
            note(`${run} ${what} fails`);
            reject(failure(what));
            return;
          }
          const tell = (answer: () => void) => {
            if (chance.happens(chaos().late)) later(`${what} is told`, answer);
            else if (life.state !== 'dead') answer();
          };
          act().then(
            (value) => {
              if (fault === undefined) return tell(() => resolve(value));
              note(`${run} ${what} fails, though it is done`);
              tell(() => reject(failure(what)));
            },
            (error) => tell(() => reject(error)),
          );
        });
      }),
    later,
    watch(what, watch, onChange) {
      let isTold = true;
      let isEnded = false;
      const cancel = watch(() => {
        if (!isTold || isEnded) return;
        isTold = false;
        later(what, () => {
          isTold = true;
          if (!isEnded) onChange();
        });
      });
      life.watches += 1;
      return () => {
        if (isEnded) return;
        isEnded = true;
        life.watches -= 1;
        cancel();
      };
    },
  };
  return life;
}

function failure(what: string): BacklogError {
  return new BacklogError('STORAGE_FAILED', `${what}: the disk gave no answer.`);
}
