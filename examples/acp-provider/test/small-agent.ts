import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AgentEvent, type AgentOutcome, type AgentProvider, type System, system } from '@backlog-runner/contracts';
import { requestFixture } from '@backlog-runner/testkit';
import { onTestFinished } from 'vitest';
import { type AcpOptions, acp } from '../src/index.ts';

export const PROGRAM: string = fileURLToPath(new URL('acp-agent.mjs', import.meta.url));

export type Step = Readonly<Record<string, unknown>>;

export interface SmallAgent {
  readonly provider: AgentProvider;
  readonly directory: string;
  readonly request: ReturnType<typeof requestFixture>;
  /** What the agent was told. */
  told(): Readonly<Record<string, unknown>>;
}

/** The small agent of this directory, which takes these steps, in an empty directory. */
export function smallAgent(
  steps: readonly Step[],
  options: Partial<AcpOptions> = {},
  request: Partial<Parameters<typeof requestFixture>[0]> = {},
): SmallAgent {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'acp-provider-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const directory = mkdtempSync(join(root, 'workspace-'));
  const NOTE = join(root, 'note.json');
  const env = { SCRIPT: JSON.stringify(steps), NOTE, ...options.env };
  return {
    provider: acp({ command: process.execPath, args: [PROGRAM], ...options, env }),
    directory,
    request: requestFixture({ directory, ...request }),
    told: () => (existsSync(NOTE) ? JSON.parse(readFileSync(NOTE, 'utf8')) : {}),
  };
}

export async function collect(events: AsyncIterable<AgentEvent>): Promise<readonly AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Time passes five times faster. */
export const hasty: System = {
  ...system,
  monotonic: () => system.monotonic() * 5,
  after: (ms, action, options) => system.after(ms / 5, action, options),
};

/** Everything but the vendor's own records. */
export const readable = (events: readonly AgentEvent[]): readonly AgentEvent[] =>
  events.filter(({ type }) => type !== 'native');

export function outcomeIn(events: readonly AgentEvent[]): AgentOutcome | undefined {
  const ends = events.filter((event) => event.type === 'run.ended');
  return ends.length === 1 && events.at(-1) === ends[0] ? ends[0]?.outcome : undefined;
}

/** Which of the agent's children still live; there have to have been some. */
export function living({ told }: SmallAgent): readonly unknown[] {
  const { children } = told();
  if (!Array.isArray(children) || children.length === 0) throw new Error('The agent started no child.');
  return children.filter(isAlive);
}

function isAlive(pid: unknown): boolean {
  try {
    process.kill(Number(pid), 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
