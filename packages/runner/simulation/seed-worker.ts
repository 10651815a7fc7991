import { parentPort } from 'node:worker_threads';
import { type Play, simulate } from './simulate.ts';

parentPort?.on('message', async (seeds: readonly number[]) => {
  const plays: Play[] = [];
  for (const seed of seeds) plays.push(await simulate(seed));
  parentPort?.postMessage(plays);
});
