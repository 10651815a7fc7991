import { verify as judge, type Verdict } from '@backlog-runner/runner';
import { painter, usesColour } from '../colour.ts';
import { EXIT } from '../exit-code.ts';
import type { CommandInvocation } from '../invocation.ts';
import { openRecords } from '../records/open-records.ts';
import { verifyFacts } from '../records/verify-facts.ts';
import type { Surroundings } from '../surroundings.ts';
import { table } from '../table.ts';

/** Checks every promise against what is recorded. Writes nothing. */
export async function verify(invocation: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const { stdout, environment } = surroundings;
  const verdicts = judge(await verifyFacts(await openRecords(surroundings)));
  const isBroken = verdicts.some(({ status }) => status === 'broken');
  if (invocation.switches.has('json')) {
    stdout.write(`${JSON.stringify({ holds: !isBroken, promises: verdicts })}\n`);
  } else {
    const paint = painter(usesColour(environment, stdout));
    stdout.write(table(['PROMISE', 'SAYS', 'WHAT'], verdicts.flatMap(rowsOf), { isTTY: stdout.isTTY === true, paint }));
  }
  return isBroken ? EXIT.unsuccessful : EXIT.ok;
}

function rowsOf({ promise, title, status, checked, findings, notes, limits }: Verdict): readonly (readonly string[])[] {
  const row = (kind: string) => (text: string) => [String(promise), kind, text];
  return [
    row(status)(checked > 0 ? `${title} (${checked} facts)` : title),
    ...findings.map(row('finding')),
    ...notes.map(row('note')),
    row('limit')(limits),
  ];
}
