// Makes the recordings under fixtures/<version>/ anew, with the installed claude against a stub model server:
//
//   node tools/agents.mjs && node --conditions @backlog-runner/source packages/providers-claude/test/record.ts
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentRequest, RunId, SessionId } from '@backlog-runner/contracts';
import { system } from '@backlog-runner/contracts';
import { markFor, type ProcessEnd, startProcess } from '@backlog-runner/subprocess';
import { installedAgent, playPrompts, playSteps, startModelServer } from '@backlog-runner/testkit/model-server';
import { commandLine } from '../src/command-line.ts';
import { unattendedSettings } from '../src/environment.ts';
import { newSessionId } from '../src/session-id.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const installed = await installedAgent('claude');
if (installed === undefined) throw new Error('claude is not installed: node tools/agents.mjs');
const ANSWER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['status'],
  properties: { status: { type: 'string' } },
};
const root = await realpath(await mkdtemp(path.join(tmpdir(), 'record-claude-')));
const target = path.join(import.meta.dirname, 'fixtures', installed.version);
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
try {
  for (const [name, scenario] of Object.entries(SCENARIOS)) await record(name, scenario, installed.path);
} finally {
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
}

async function record(name: string, scenario: Scenario, command: string): Promise<void> {
  const { steps, first, signalOn, resume, asksForOutput, maxTurns, readOnly, environment = {} } = scenario;
  const server = await startModelServer({ plan: first ? playPrompts(playSteps(...first), steps) : steps });
  const directory = path.join(root, name);
  await mkdir(directory);
  const client = await server.environmentFor('claude', path.join(root, `home-${name}`));
  const request = (session?: SessionId): AgentRequest => ({
    prompt: 'Do what the plan says.',
    directory,
    access: readOnly ? 'read-only' : 'workspace',
    limits: { idleMs: 60_000, totalMs: 90_000, toolMs: 60_000, ...(maxTurns === undefined ? {} : { maxTurns }) },
    environment: {},
    origin: { run: 'record' as RunId, role: 'code', tryNumber: 1, turn: 1 },
    ...(asksForOutput ? { outputSchema: ANSWER_SCHEMA } : {}),
    ...(session === undefined ? {} : { resume: session }),
  });
  const settings = {
    allowedTools: ['Bash'],
    dangerouslyRunRepositoryHooks: false,
    dangerouslySkipPermissions: false,
  };

  const play = async (resumed?: SessionId) => {
    const session = resumed ?? newSessionId(system);
    const { args, stdin } = commandLine({ request: request(resumed), settings, session });
    const child = startProcess({
      command,
      args,
      cwd: directory,
      environment: {
        PATH: process.env.PATH ?? '',
        ...client,
        ...unattendedSettings(environment, 60_000),
        ...environment,
      },
      input: stdin,
      mark: markFor('record', system),
      totalMs: 90_000,
      stopSignal: 'SIGINT',
    });
    const lines: string[] = [];
    for await (const line of child.lines) {
      lines.push(line);
      if (signalOn !== undefined && line.includes(signalOn)) void child.stop();
    }
    return { session, lines, ...(await child.ended) };
  };

  const { lines, end, stderr } = await play(first ? (await play()).session : (resume as SessionId | undefined));
  await server.close();
  await writeFile(
    path.join(target, `${name}.jsonl`),
    sanitized([...lines, footer(end, stderr)].join('\n'), server.url),
  );
  console.log(`${name}: ${lines.length} lines, ${JSON.stringify(end)}`);
}

/** The last line of a recording is ours. */
function footer(end: ProcessEnd, stderr: string): string {
  return JSON.stringify({ recorded: { end, stderr } });
}

/** Nothing of this machine, and nothing that differs from one recording to the next for no reason. */
function sanitized(text: string, url: string): string {
  const ids = new Map<string, string>();
  const stable = (id: string) => {
    const known = ids.get(id) ?? `00000000-0000-7000-8000-${String(ids.size + 1).padStart(12, '0')}`;
    ids.set(id, known);
    return known;
  };
  return `${text
    .replaceAll(url.slice('http://'.length), '127.0.0.1:4000')
    .replaceAll(root, '/recorded')
    .replaceAll(root.replaceAll(path.sep, '-'), '-recorded')
    .replace(/"retry_delay_ms":([\d.]+)/g, (_, ms) => `"retry_delay_ms":${Math.round(Number(ms) / 60_000) * 60_000}`)
    .replace(/\d+\.sock/g, '1.sock')
    .replace(/"((?!retry_delay)\w+_ms)":[\d.]+/g, '"$1":0')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, stable)
    .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d+Z/g, '2026-11-22T08:00:00.000Z')}\n`;
}
