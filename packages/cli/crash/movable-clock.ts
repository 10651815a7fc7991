import { readFileSync } from 'node:fs';
import { type EpochMs, type System, system } from '@backlog-runner/contracts';

/** The system, whose wall clock is off by the milliseconds that a file says. Many processes can read one file. */
export function movableClock(file: string): System {
  const off = () => {
    try {
      return Number(readFileSync(file, 'utf8'));
    } catch {
      return 0;
    }
  };
  return { ...system, now: () => (system.now() + off()) as EpochMs };
}
