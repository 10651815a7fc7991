import { isUtf8 } from 'node:buffer';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Admit,
  type DrainReport,
  type Inbox,
  type RejectedLine,
  type RepoPath,
  system as realSystem,
  type System,
  type Task,
  type TaskStore,
} from '@backlog-runner/contracts';
import { appendLines } from './append-lines.ts';
import { candidateFrom, fieldsOf } from './candidate-from.ts';
import { INBOX, type ProjectOptions, REJECTED, stateDirectoryOf } from './places.ts';
import { isRegularFile, refuseForeignBacklog } from './refuse-links.ts';
import { storing, unless } from './storage.ts';

export interface FileInboxOptions extends ProjectOptions {
  /** Where lines become tasks. That it knows duplicates is why no line becomes two tasks, also after a crash. */
  readonly store: Pick<TaskStore, 'add'>;
  readonly system?: System;
}

/*
 * A drain takes the inbox away by renaming it to a batch, turns each line of the batch into what it is to be, and
 * renames the batch to say that only its rejected lines are left to be kept. Each step can be done again by the next
 * drain when this one dies. Of two drains that work on one batch the one that renames it reports what became of it.
 *
 *   <state>/inbox/<token>.jsonl   taken, not yet worked off
 *   <state>/inbox/<token>.done    worked off; its rejected lines are being kept
 */

/** The inbox of a project, `backlog/inbox.jsonl`. Rejected lines are kept in `backlog/inbox.rejected.jsonl`. */
export function fileInbox(options: FileInboxOptions): Inbox {
  const { directory, store, system = realSystem } = options;
  const inbox = join(directory, INBOX);
  const batches = join(stateDirectoryOf(options), 'inbox');
  let turn: Promise<unknown> = Promise.resolve();

  const keep = (done: string, rejected: readonly Rejected[]) => {
    appendLines(join(directory, REJECTED), rejected.map(keptLine));
    storing('written', done, () => rmSync(done, { force: true }));
  };
  const workOff = async (batch: string, report: Report, admit: Admit) => {
    const duplicates: DrainReport['duplicates'][number][] = [];
    const refused: DrainReport['refused'][number][] = [];
    const rejected: Rejected[] = [];
    for (const line of linesOf(batch)) {
      const reading = readLine(line.bytes);
      const { number } = line;
      const verdict = 'message' in reading ? reading : await admit(reading.candidate);
      if ('message' in verdict) rejected.push({ ...line, message: verdict.message });
      else if (verdict.status === 'rejected') refused.push({ line: number, ...verdict });
      else {
        const result = await store.add(verdict.candidate);
        const { title, source } = verdict.candidate;
        if (result.status === 'invalid') rejected.push({ ...line, message: result.message });
        else if (result.status === 'added') report.added.push(result.task);
        else duplicates.push({ line: number, title, of: result.of, source });
      }
    }
    const done = batch.replace(/\.jsonl$/, '.done');
    if (!storing('written', batch, () => moved(batch, done))) return;
    keep(done, rejected);
    report.duplicates.push(...duplicates);
    report.refused.push(...refused);
    report.rejected.push(...rejected.map(toRejectedLine));
  };
  const drain = async (admit: Admit): Promise<DrainReport> => {
    const report: Report = { added: [], duplicates: [], refused: [], rejected: [] };
    refuseForeignBacklog(directory);
    if (!isRegularFile(inbox) && !existsSync(batches)) return report;
    storing('written', inbox, () => {
      mkdirSync(batches, { recursive: true });
      moved(inbox, join(batches, `${system.token(12)}.jsonl`));
    });
    for (const name of storing('read', batches, () => readdirSync(batches)).sort()) {
      const batch = join(batches, name);
      if (name.endsWith('.jsonl')) await workOff(batch, report, admit);
      else if (name.endsWith('.done')) keep(batch, refusedAmong(batch));
    }
    return report;
  };

  return {
    async propose(candidates) {
      const lines = candidates.map((candidate) => JSON.stringify(fieldsOf(candidate)));
      refuseForeignBacklog(directory);
      appendLines(inbox, lines);
    },
    drain(admit = admitAll) {
      const result = turn.then(() => drain(admit));
      turn = result.catch(() => {});
      return result;
    },
  };
}

const admitAll: Admit = async (candidate) => ({ status: 'admitted', candidate });

interface Report {
  readonly added: Task[];
  readonly duplicates: DrainReport['duplicates'][number][];
  readonly refused: DrainReport['refused'][number][];
  readonly rejected: RejectedLine[];
}

interface Line {
  /** 1-based. */
  readonly number: number;
  readonly bytes: Buffer;
}

interface Rejected extends Line {
  readonly message: string;
}

/**
 * The lines of a file that somebody may still be appending to: what arrives meanwhile comes too, and the last line
 * only when it stays as it is.
 */
function* linesOf(file: string): Generator<Line> {
  let offset = 0;
  let number = 0;
  for (let grown = true; grown; ) {
    const content = storing('read', file, () => unless(['ENOENT'], () => readFileSync(file))) ?? Buffer.alloc(0);
    const complete = content.lastIndexOf(LINE_BREAK) + 1;
    grown = complete > offset;
    const end = grown ? complete : content.length;
    while (offset < end) {
      const next = content.indexOf(LINE_BREAK, offset);
      const stop = next < 0 ? end : next;
      const bytes = content.subarray(offset, stop);
      offset = stop + 1;
      number += 1;
      if (bytes.toString('latin1').trim() !== '') yield { number, bytes };
    }
  }
}

const LINE_BREAK = 0x0a;

/** The lines of a worked-off batch that did not become tasks and never will as they are. */
function refusedAmong(done: string): readonly Rejected[] {
  return [...linesOf(done)].flatMap((line): Rejected[] => {
    const reading = readLine(line.bytes);
    return 'message' in reading ? [{ ...line, message: reading.message }] : [];
  });
}

function readLine(bytes: Buffer): ReturnType<typeof candidateFrom> {
  if (!isUtf8(bytes)) return { message: 'The line is not UTF-8 text.' };
  try {
    return candidateFrom(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { message: 'The line is not JSON. Write one object on one line, with at least a `title`.' };
  }
}

/** The line as it was and why it was rejected, for whoever mends it. */
function keptLine({ number, bytes, message }: Rejected): string {
  const text = isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
  return JSON.stringify({ reason: message, line: number, ...text });
}

function toRejectedLine({ number, message }: Rejected): RejectedLine {
  return { line: number, message, keptIn: REJECTED as RepoPath };
}

function moved(from: string, to: string): boolean {
  return unless(['ENOENT'], () => renameSync(from, to) ?? true) ?? false;
}
