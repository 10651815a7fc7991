import { pause, type System } from '@backlog-runner/contracts';

/** What one round came to. */
export type Round<Value> =
  | { readonly value: Value }
  /** Something was prepared; the next round follows at once. */
  | 'again'
  /** Another process was first. */
  | 'lost';

/** Losing this often has another cause than chance. */
const MOST_ROUNDS = 1_000;
const LONGEST_PAUSE_MS = 32;

/** Plays rounds until one is won, with random pauses that grow after each that is lost. Undefined when none ever is. */
export async function contend<Value>(
  system: System,
  play: () => Promise<Round<Value>>,
): Promise<{ readonly value: Value } | undefined> {
  let losses = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const outcome = await play();
    if (typeof outcome === 'object') return outcome;
    if (outcome === 'again') continue;
    losses += 1;
    await pause(system, system.random() * Math.min(2 ** losses, LONGEST_PAUSE_MS));
  }
  return undefined;
}
