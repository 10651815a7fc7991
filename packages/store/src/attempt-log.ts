import { appendFileSync, closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptId, Redact } from '@backlog-runner/contracts';
import { openToAppend } from './open-to-append.ts';
import { type ProjectOptions, stateDirectoryOf } from './places.ts';
import { storageFailed } from './storage.ts';

export interface FileAttemptLogOptions extends ProjectOptions {
  /** Takes the secrets out of whatever is written. */
  readonly redact?: Redact;
}

/** The raw material of attempts, for people: `<state>/attempts/<attempt>/prompt-<turn>.md` and `transcript-<turn>.jsonl`. */
export interface FileAttemptLog {
  /** What the agent was asked in this turn. */
  prompt(attempt: AttemptId, turn: number, text: string): Promise<void>;
  /** One record of the vendor's own stream. Order is kept; never throws. */
  native(attempt: AttemptId, turn: number, record: unknown): void;
  /** Resolves when all records of the attempt are written; rejects with `STORAGE_FAILED` when one could not be. */
  flush(attempt: AttemptId): Promise<void>;
}

export function fileAttemptLog(options: FileAttemptLogOptions): FileAttemptLog {
  const { redact = (text) => text } = options;
  const attempts = join(stateDirectoryOf(options), 'attempts');
  const writers = new Map<AttemptId, Writer>();

  const writerOf = (attempt: AttemptId): Writer => {
    const known = writers.get(attempt);
    if (known) return known;
    const writer = transcriptWriter(join(attempts, attempt));
    writers.set(attempt, writer);
    return writer;
  };

  return {
    async prompt(attempt, turn, text) {
      const directory = join(attempts, attempt);
      const file = join(directory, `prompt-${turn}.md`);
      try {
        mkdirSync(directory, { recursive: true });
        writeFileSync(file, redact(text));
      } catch (error) {
        throw storageFailed('written', file, error);
      }
    },
    native(attempt, turn, record) {
      writerOf(attempt).write(`transcript-${turn}.jsonl`, `${redact(asJson(record))}\n`);
    },
    async flush(attempt) {
      const writer = writers.get(attempt);
      writers.delete(attempt);
      await writer?.end();
    },
  };
}

interface Writer {
  write(name: string, line: string): void;
  end(): Promise<void>;
}

/** Appends lines, in their order. */
function transcriptWriter(directory: string): Writer {
  let waiting: { name: string; text: string }[] = [];
  let writing: Promise<void> | undefined;
  let failure: Error | undefined;

  /** What comes before it runs is written together. */
  const writeAll = async () => {
    await Promise.resolve();
    writing = undefined;
    const batch = waiting;
    waiting = [];
    for (const { name, text } of batch) {
      const file = join(directory, name);
      try {
        append(file, text);
      } catch (error) {
        failure ??= storageFailed('written', file, error);
      }
    }
  };

  return {
    write(name, line) {
      const last = waiting.at(-1);
      if (last?.name === name) last.text += line;
      else waiting.push({ name, text: line });
      writing ??= writeAll();
    },
    async end() {
      await writing;
      if (failure) throw failure;
    },
  };
}

function append(file: string, text: string): void {
  const descriptor = openToAppend(file);
  try {
    appendFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

function asJson(record: unknown): string {
  try {
    return JSON.stringify(record) ?? 'null';
  } catch (error) {
    return JSON.stringify({ unprintable: String(error) });
  }
}
