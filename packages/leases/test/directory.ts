import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A place for leases that does not exist yet, removed after the test. */
export function leaseDirectory(): string {
  const parent = mkdtempSync(join(tmpdir(), 'leases-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'state', 'leases');
}
