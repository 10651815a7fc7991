import { appendFileSync, closeSync, fdatasync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type BacklogEvent,
  type Journal,
  type JournalEntry,
  type RunId,
  system as realSystem,
  type System,
} from '@backlog-runner/contracts';
import { openToAppend } from './open-to-append.ts';
import { type ProjectOptions, stateDirectoryOf } from './places.ts';
import { readJournal } from './read-journal.ts';
import { storageFailed } from './storage.ts';
import { type Matter, watchPlaces } from './watch-places.ts';

export interface FileJournalOptions extends ProjectOptions {
  /** Whose events are appended. No two processes append for one run. */
  readonly run: RunId;
  /** False gives up that events survive the crash of the machine, not only of the process. Default true. */
  readonly durable?: boolean;
  readonly system?: System;
}

/** The journal of a project: one file of JSON lines for each run, made at its first event. Reading makes nothing. */
export function fileJournal(options: FileJournalOptions): Journal {
  const { run, durable = true, system = realSystem } = options;
  const stateDirectory = stateDirectoryOf(options);
  const directory = join(stateDirectory, 'journal');
  const file = join(directory, `${run}.jsonl`);
  let seq = 0;
  let torn = false;
  let waiting: Waiting[] = [];
  let isWriting = false;

  const write = async (text: string, lasting: boolean) => {
    const descriptor = openToAppend(file);
    try {
      const whole = torn ? `\n${text}` : text;
      torn = true;
      appendFileSync(descriptor, whole);
      torn = false;
      if (lasting) await flush(descriptor);
    } finally {
      closeSync(descriptor);
    }
  };
  /** Writes whatever is waiting, together, until nothing is. */
  const writeAll = async () => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const text = batch.map(({ entry }) => `${JSON.stringify(entry)}\n`).join('');
        await write(text, durable && batch.some(({ entry }) => matters(entry)));
        for (const { entry, resolve } of batch) resolve(entry);
      } catch (error) {
        for (const { reject } of batch) reject(storageFailed('written', file, error));
      }
    }
    isWriting = false;
  };

  return {
    append(event) {
      seq += 1;
      const entry: JournalEntry = { ...event, at: system.now(), run, seq };
      return new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject });
        if (!isWriting) void writeAll();
      });
    },
    async read(after) {
      return readJournal(directory, after);
    },
    watch(onChange) {
      const places = new Map<string, (name: string) => Matter>([
        [dirname(stateDirectory), (name) => (name === basename(stateDirectory) ? 'a directory' : 'nothing')],
        [stateDirectory, (name) => (name === 'journal' ? 'a directory' : 'nothing')],
        [directory, (name) => (name.endsWith('.jsonl') ? 'a file' : 'nothing')],
      ]);
      return watchPlaces({ places: () => places, onChange, system });
    },
  };
}

interface Waiting {
  readonly entry: JournalEntry;
  readonly resolve: (entry: JournalEntry) => void;
  readonly reject: (error: Error) => void;
}

/** Off the main thread, because a disk takes its time. */
function flush(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => fdatasync(descriptor, (error) => (error ? reject(error) : resolve())));
}

/** Signs of life come again; everything else is what the next start builds on. */
function matters({ type }: BacklogEvent): boolean {
  return type !== 'attempt.progress' && type !== 'attempt.usage';
}
