import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AgentRequest, type RunId, type SessionId, type System, system } from '@backlog-runner/contracts';
import { findMarked } from '@backlog-runner/subprocess';
import { type AgentBehaviour, agentProviderCases, type ProviderSubject } from '@backlog-runner/testkit/conformance';
import { describe, it } from 'vitest';
import { claude } from '../src/index.ts';
import { RECORDINGS } from './recordings.ts';

const command = path.join(import.meta.dirname, 'fake-agent.mjs');
const SESSION = '00000000-0000-7000-8000-000000000001' as SessionId;
const FAR_MS = 3_000_000;
/** Time passes fifty times faster. */
const hasty: System = {
  ...system,
  monotonic: () => system.monotonic() * 50,
  after: (ms, action, options) => system.after(ms / 50, action, options),
};

const linesOf = (recording: string) => RECORDINGS.find(({ name }) => name === recording)?.lines ?? [];
const FIRST_LINE = linesOf('hello').slice(0, 1);

/** What claude once said, and what the program in its place does besides. */
const PLAYS: Readonly<Record<AgentBehaviour, { lines: readonly string[]; fake?: object }>> = {
  completes: { lines: linesOf('hello') },
  answers: { lines: linesOf('structured') },
  edits: { lines: linesOf('hello'), fake: { write: { 'edited.txt': 'edited\n' } } },
  resumes: { lines: linesOf('resumed') },
  fails: { lines: linesOf('bad-request') },
  'is-rate-limited': { lines: linesOf('rate-limit') },
  crashes: { lines: FIRST_LINE, fake: { afterwards: 'die' } },
  'ends-silently': { lines: FIRST_LINE },
  hangs: { lines: FIRST_LINE, fake: { afterwards: 'deaf' } },
  'leaves-a-process': { lines: linesOf('hello'), fake: { daemon: true } },
};

const recorded: ProviderSubject = {
  cannot: { 'read-only': 'Its own sandbox keeps claude from writing, and a recording has none.' },
  async open() {
    const root = await realpath(await mkdtemp(path.join(tmpdir(), 'fake-claude-')));
    const environment = { PATH: process.env.PATH, HOME: root, TMPDIR: root };
    const notes = path.join(root, 'notes');
    mkdirSync(notes);
    const noteOf = (run: RunId) => path.join(notes, `${run}.json`);
    let count = 0;
    return {
      provider: claude({ command, environment, system: hasty }),
      absent: claude({ command: 'no-such-agent', environment }),
      request(behaviour): AgentRequest {
        count += 1;
        const directory = path.join(root, `workspace-${count}`);
        mkdirSync(directory);
        const run = `conformance-claude-${process.pid}-${path.basename(root)}-${count}` as RunId;
        const { lines, fake } = PLAYS[behaviour];
        const replay = path.join(root, `${count}.jsonl`);
        writeFileSync(replay, lines.map((line) => `${line}\n`).join(''));
        return {
          prompt: 'Go.',
          directory,
          access: 'workspace',
          limits: { idleMs: FAR_MS, totalMs: FAR_MS, toolMs: FAR_MS },
          environment: { FAKE: JSON.stringify({ replay, note: noteOf(run), ...fake }) },
          origin: { run, role: 'code', tryNumber: 1, turn: 1 },
          ...(behaviour === 'answers' ? { outputSchema: { type: 'object' } } : {}),
          ...(behaviour === 'resumes' ? { resume: SESSION } : {}),
        };
      },
      processes: async (run) => (await findMarked(`${run}/`)).length,
      started: () => readdirSync(notes).length,
      seen({ origin }) {
        const { input, instructions, environment } = JSON.parse(readFileSync(noteOf(origin.run), 'utf8'));
        return { prompt: input, instructions, environment };
      },
      dispose: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
    };
  },
};

describe.skipIf(process.platform === 'win32')('claude keeps the contract', () => {
  for (const one of agentProviderCases) {
    it(one.id, (context) => {
      const reason = one.skipped(recorded);
      if (reason !== undefined) context.skip(reason);
      return one.run(recorded);
    });
  }
});
