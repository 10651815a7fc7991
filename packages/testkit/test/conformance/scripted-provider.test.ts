import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AGENT_ANSWER_SCHEMA, type AgentRequest, type SessionId } from '@backlog-runner/contracts';
import { findMarked } from '@backlog-runner/subprocess';
import { describe, it } from 'vitest';
import { type AgentBehaviour, agentProviderCases, type ProviderSubject } from '../../src/conformance/index.ts';
import { instantAgent } from '../../src/instant-agent.ts';
import { requestFixture } from '../../src/request-fixture.ts';
import type { Turn } from '../../src/script.ts';
import { scripted } from '../../src/scripted-provider.ts';

const TURNS: Readonly<Record<AgentBehaviour, Turn>> = {
  completes: [
    { run: 'printf %s "$CONFORMANCE" >"$SEEN"' },
    { say: 'Nearly there.', usage: { inputTokens: 10 } },
    { usage: { inputTokens: 30, outputTokens: 0 } },
  ],
  answers: {},
  edits: { write: { 'edited.txt': 'edited\n' } },
  resumes: {},
  fails: { fail: { kind: 'other', message: 'No.' } },
  'is-rate-limited': { fail: { kind: 'rate-limited' } },
  crashes: { crash: { signal: 'SIGKILL' } },
  'ends-silently': { crash: { exitCode: 0 } },
  hangs: { hang: true },
  'leaves-a-process': { daemon: true },
};

/** A place for the directories of the runs, and of what their agents saw. */
async function place() {
  const root = await mkdtemp(join(tmpdir(), 'provider-conformance-'));
  let count = 0;
  return {
    root,
    async request(behaviour: AgentBehaviour): Promise<AgentRequest> {
      count += 1;
      const directory = join(root, `workspace-${count}`);
      await mkdir(directory);
      return requestFixture({
        directory,
        environment: { SEEN: join(root, `seen-${count}`) },
        origin: { task: behaviour, run: `conformance-${process.pid}-${count}` },
        ...(behaviour === 'answers' ? { outputSchema: AGENT_ANSWER_SCHEMA } : {}),
        ...(behaviour === 'resumes' ? { resume: 'yesterday' as SessionId } : {}),
      });
    },
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}

const scriptedAgents: ProviderSubject = {
  cannot: {
    absent: 'The scripted agent is part of this package.',
    seen: 'A scripted agent looks at its script, not at what it is told.',
  },
  async open() {
    const { root, request, dispose } = await place();
    const tasks = Object.fromEntries(Object.entries(TURNS).map(([behaviour, turn]) => [behaviour, [turn]]));
    return {
      provider: scripted({ tasks }),
      request,
      processes: async (run) => (await findMarked(`${run}/`)).length,
      started: async () => (await readdir(root)).filter((name) => name.startsWith('seen-')).length,
      dispose,
    };
  },
};

const failed = (kind: 'other' | 'rate-limited') => ({ status: 'failed', failure: { kind, message: 'No.' } }) as const;

const instantAgents: ProviderSubject = {
  cannot: {
    absent: 'It is a function.',
    processes: 'It is a function in this process.',
    limits: 'Nothing can end a function.',
    'read-only': 'It may do what this process may.',
    crashes: 'It has no program that could.',
    'ends-silently': 'It has no program that could.',
    'leaves-a-process': 'It has no processes.',
  },
  async open() {
    const { request, dispose } = await place();
    const seen: AgentRequest[] = [];
    const provider = instantAgent((asked) => {
      seen.push(asked);
      switch (asked.origin.task as string | undefined) {
        case 'edits':
          return { files: { 'edited.txt': 'edited\n' } };
        case 'fails':
          return failed('other');
        case 'is-rate-limited':
          return failed('rate-limited');
        case 'hangs':
          return new Promise(() => {});
        default:
          return {};
      }
    });
    return {
      provider,
      request,
      started: () => seen.length,
      seen: ({ origin }) => {
        const {
          prompt = '',
          instructions = '',
          environment = {},
        } = seen.find(({ origin: { run } }) => run === origin.run) ?? {};
        return { prompt, instructions, environment };
      },
      dispose,
    };
  },
};

const subjects = [
  ['scripted agents', scriptedAgents],
  ['instant agents', instantAgents],
] as const;

for (const [name, subject] of subjects) {
  describe(`${name} keep the contract`, () => {
    for (const one of agentProviderCases) {
      it(one.id, (context) => {
        const reason = one.skipped(subject);
        if (reason !== undefined) context.skip(reason);
        return one.run(subject);
      });
    }
  });
}
