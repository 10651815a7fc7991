import type { DiskFacts, DoctorFacts } from './facts.ts';
import type { Finding } from './finding.ts';

const MEGABYTE = 1024 * 1024;
/** Less than this, and the next workspace may not fit. */
const TOO_LITTLE = 200 * MEGABYTE;
const LITTLE = 1024 * MEGABYTE;

/** Whether there is room for workspaces, refs and transcripts. */
export function judgeDisks({ disks }: DoctorFacts): readonly Finding[] {
  return disks.flatMap(judgeDisk);
}

function judgeDisk({ what, path, freeBytes, freeFiles }: DiskFacts): readonly Finding[] {
  const next = 'backlog-runner gc';
  if (freeFiles === 0) {
    const cause = `The disk of ${what} (${path}) can hold no more files.`;
    return [{ severity: 'error', about: 'disk', cause, next }];
  }
  if (freeBytes >= LITTLE) return [];
  const cause = `The disk of ${what} (${path}) has ${Math.floor(freeBytes / MEGABYTE)} MiB left.`;
  return [{ severity: freeBytes < TOO_LITTLE ? 'error' : 'warning', about: 'disk', cause, next }];
}
