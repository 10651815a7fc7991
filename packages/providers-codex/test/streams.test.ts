import type { AgentEvent, AgentOutcome, EpochMs } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineSplitter } from '../../subprocess/src/line-splitter.ts';
import { outcomeOf } from '../src/classify-failure.ts';
import { NOTHING_READ, readLine } from '../src/read-event.ts';
import { RECORDINGS } from './recordings.ts';

const now = Date.UTC(2026, 10, 22) as EpochMs;
const LONGEST_LINE = 1_000_000;
const STATUSES: readonly AgentOutcome['status'][] = ['completed', 'failed', 'aborted'];

const recording = fc.constantFrom(...RECORDINGS);
const cuts = fc.array(fc.nat(), { maxLength: 40 });
const ends = fc.constantFrom(
  { status: 'exited', code: 0 } as const,
  { status: 'exited', code: 1 } as const,
  { status: 'killed', signal: 'SIGKILL' } as const,
);

const bytesOf = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** What is told of a stream that arrives in these chunks. */
function read(bytes: Uint8Array, places: readonly number[] = []) {
  const splitter = lineSplitter(LONGEST_LINE);
  const stops = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const chunks = stops.slice(1).map((end, index) => Buffer.from(bytes.subarray(stops[index], end)));
  const events: AgentEvent[] = [];
  let run = NOTHING_READ;
  for (const line of [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.rest()]) {
    const step = readLine(run, line, '/recorded');
    run = step.run;
    events.push(...step.events);
  }
  return { run, events };
}

describe('the stream of codex', () => {
  it('tells the same, however any recording is cut into chunks', () => {
    fc.assert(
      fc.property(recording, cuts, ({ lines }, places) => {
        expect(read(bytesOf(lines), places)).toEqual(read(bytesOf(lines)));
      }),
    );
  });

  it('tells the same, byte by byte', () => {
    for (const { lines } of RECORDINGS) {
      const bytes = bytesOf(lines).subarray(0, 20_000);
      expect(read(bytes, [...bytes.keys()])).toEqual(read(bytes));
    }
  });

  it('may be any garbage, and a run with it still ends in one way', () => {
    const garbage = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(
        recording,
        garbage,
        fc.nat(),
        cuts,
        ends,
        fc.boolean(),
        ({ lines }, noise, at, places, end, asksForOutput) => {
          const bytes = bytesOf(lines);
          const place = at % (bytes.length + 1);
          const { run } = read(Buffer.concat([bytes.subarray(0, place), noise, bytes.subarray(place)]), places);
          const outcome = outcomeOf({ run, end, stderr: Buffer.from(noise).toString(), now, asksForOutput });
          expect(STATUSES).toContain(outcome.status);
        },
      ),
    );
  });

  it('that breaks off anywhere has told what it had told by then', () => {
    fc.assert(
      fc.property(recording, fc.nat(), ({ lines }, at) => {
        const kept = lines.slice(0, at % (lines.length + 1));
        const { events } = read(bytesOf(kept));
        expect(read(bytesOf(lines)).events.slice(0, events.length)).toEqual(events);
      }),
    );
  });
});
