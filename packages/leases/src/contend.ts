import { pause, type System } from '@backlog-runner/contracts';

/** What one round came to: a value, or another process was first. */
export type Round<Value> = { readonly value: Value } | 'lost';

/** Losing this often in a row has another cause than chance. */
const MOST_ROUNDS = 1_000;
/** The first round only makes a draft. */
const ROUNDS_AT_ONCE = 1;
const LONGEST_PAUSE_MS = 32;

/** Plays rounds until one is won, with random pauses that grow. Undefined when none ever is. */
export async function contend<Value>(
  system: System,
  play: () => Promise<Round<Value>>,
): Promise<{ readonly value: Value } | undefined> {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const outcome = await play();
    if (outcome !== 'lost') return outcome;
    if (round >= ROUNDS_AT_ONCE) await pause(system, system.random() * Math.min(2 ** round, LONGEST_PAUSE_MS));
  }
  return undefined;
}
