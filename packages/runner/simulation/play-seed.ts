import { NO_COUNTS, type Play, simulate } from './simulate.ts';

/** Plays one history. What breaks the simulation itself is a failure of that seed, which can be replayed like any other. */
export async function playSeed(seed: number, play: (seed: number) => Promise<Play> = simulate): Promise<Play> {
  try {
    return await play(seed);
  } catch (error) {
    const text = `the simulation broke: ${error instanceof Error ? error.stack : String(error)}`;
    return { seed, breaches: [{ promise: 0, text }], steps: 0, counts: NO_COUNTS, digest: '', trace: [] };
  }
}
