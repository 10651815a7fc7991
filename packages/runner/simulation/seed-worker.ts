import { parentPort } from 'node:worker_threads';
import { playSeed } from './play-seed.ts';
import type { Play } from './simulate.ts';

parentPort?.on('message', async (seeds: readonly number[]) => {
  const plays: Play[] = [];
  for (const seed of seeds) plays.push(await playSeed(seed));
  parentPort?.postMessage(plays);
});
