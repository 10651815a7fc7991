import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isRecord, parseLine, recordIn } from './record.ts';
import { NO_TOTALS, parseTotals, type ThreadTotals } from './usage.ts';

/** Token counts come after every answer of the model, so the last one is near the end of the file. */
const TAIL_BYTES = 4 * 1024 * 1024;
const DAY_MS = 86_400_000;

/**
 * What a thread has consumed by now, from the file in which codex keeps the session. Undefined when that cannot be
 * found or read.
 */
export async function readThreadTotals(codexHome: string, thread: string): Promise<ThreadTotals | undefined> {
  try {
    const file = await findRollout(codexHome, thread);
    return file === undefined ? undefined : lastTotals(await readTail(file));
  } catch {
    return undefined;
  }
}

async function findRollout(codexHome: string, thread: string): Promise<string | undefined> {
  for (const day of daysOf(thread)) {
    const folder = path.join(codexHome, 'sessions', ...day);
    const names = await readdir(folder).catch(() => []);
    const name = names.find((candidate) => candidate.endsWith(`-${thread}.jsonl`));
    if (name !== undefined) return path.join(folder, name);
  }
  return undefined;
}

/** The folders in which codex may keep a thread. Its id (UUID version 7) says when it began; the folder, local time. */
export function daysOf(thread: string): readonly [year: string, month: string, day: string][] {
  const began = Number.parseInt(thread.replaceAll('-', '').slice(0, 12), 16);
  if (!Number.isFinite(began)) return [];
  return [0, -DAY_MS, DAY_MS].flatMap((offset) => {
    const [year, month, day] = new Date(began + offset).toISOString().slice(0, 10).split('-');
    return year && month && day ? [[year, month, day]] : [];
  });
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** The totals in the last line that has any; a session that never got an answer has consumed nothing. */
export function lastTotals(rollout: string): ThreadTotals {
  return (
    rollout
      .split('\n')
      .reverse()
      .filter((line) => line.includes('token_usage'))
      .map((line) => totalsIn(parseLine(line)))
      .find((totals) => totals !== undefined) ?? NO_TOTALS
  );
}

function totalsIn(record: unknown): ThreadTotals | undefined {
  const payload = isRecord(record) ? recordIn(record.payload) : {};
  return parseTotals(payload.thread_token_usage) ?? parseTotals(recordIn(payload.info).total_token_usage);
}
