import type { Candidate } from '@backlog-runner/contracts';
import { crypto } from './load-on-demand.ts';

/** The same for two candidates whose titles differ in case, punctuation and spaces only and that touch the same paths. */
export function fingerprintOf({ title, touchPaths }: Pick<Candidate, 'title' | 'touchPaths'>): string {
  const words = title
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const idea = JSON.stringify([words.length > 0 ? words : [title], [...new Set(touchPaths)].sort()]);
  return crypto().createHash('sha256').update(idea).digest('hex').slice(0, 32);
}
