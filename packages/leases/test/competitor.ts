/**
 * A process that competes for resources: takes one, checks that nobody else alive holds it, gives it back.
 * Prints one line `<fence> <resource>` a grant, or why it stopped.
 */
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { HolderId, ResourceKey } from '@backlog-runner/contracts';
import { fileLeases } from '../src/file-leases.ts';

const [directory = '', marks = '', grants = '0', resources = '1', ttl = '60000'] = process.argv.slice(2);
const leases = fileLeases({ directory });
const holder = `holder-${process.pid}` as HolderId;

/** A process that was killed still has its id until its parent takes notice, and does nothing any more. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

/** A second witness besides the table: a file that says who holds the resource now, from the moment it is there. */
function enter(mark: string): void {
  const draft = `${mark}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, mark);
  } catch {
    const pid = Number(readFileSync(mark, 'utf8'));
    if (lives(pid)) throw new Error(`${mark} has two holders: ${pid} and ${process.pid}`);
    renameSync(draft, mark);
  }
  rmSync(draft, { force: true });
}

let done = 0;
for (let turn = process.pid; done < Number(grants); turn += 1) {
  const name = `r${turn % Number(resources)}`;
  const lease = await leases.acquire({ resources: [`task/${name}` as ResourceKey], holder, ttlMs: Number(ttl) });
  if (!lease) {
    await new Promise((resolve) => setImmediate(resolve));
    continue;
  }
  done += 1;
  enter(join(marks, name));
  process.stdout.write(`${lease.fence} ${name}\n`);
  const renewed = done % 5 === 0 ? await leases.renew(lease, Number(ttl)) : lease;
  rmSync(join(marks, name));
  await leases.release(renewed);
}
