import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testClock } from '@backlog-runner/testkit';
import { type LeaseSubject, leaseManagerCases } from '@backlog-runner/testkit/conformance';
import { describe, it } from 'vitest';
import { fileLeases } from '../src/index.ts';

const inFiles: LeaseSubject = {
  open() {
    const directory = mkdtempSync(join(tmpdir(), 'leases-'));
    const clock = testClock();
    const managers = [fileLeases({ directory, system: clock }), fileLeases({ directory, system: clock })] as const;
    return {
      leases: managers[0],
      neighbour: managers[1],
      clock,
      dispose: () => rmSync(directory, { recursive: true, force: true }),
    };
  },
};

describe('leases in files', () => {
  it.each(leaseManagerCases.map((one) => [one.id, one] as const))('keep the contract: %s', (_, one) =>
    one.run(inFiles),
  );
});
