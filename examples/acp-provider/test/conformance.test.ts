import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentRequest, MARK_VARIABLE, type SessionId } from '@backlog-runner/contracts';
import { requestFixture } from '@backlog-runner/testkit';
import { type AgentBehaviour, agentProviderCases, type ProviderSubject } from '@backlog-runner/testkit/conformance';
import { describe, it } from 'vitest';
import { acp } from '../src/index.ts';
import { hasty, PROGRAM, type Step } from './small-agent.ts';

const FAR_MS = 600_000;

const SCRIPTS: Readonly<Record<AgentBehaviour, readonly Step[]>> = {
  completes: [{ say: 'On it.' }, { cost: 0.5 }, { ask: 'read' }, { say: 'Done.' }],
  answers: [{ answer: { status: 'done' } }],
  edits: [{ edit: 'edited.txt' }, { say: 'Done.' }],
  resumes: [{ say: 'Onward.' }],
  fails: [{ fail: { message: 'It broke.' } }],
  'is-rate-limited': [{ fail: { message: 'Rate limit reached.' } }],
  crashes: [{ die: true }],
  'ends-silently': [{ exit: 0 }],
  hangs: [{ deaf: true }, { child: 'group' }, { hang: true }],
  'leaves-a-process': [{ child: 'daemon' }, { say: 'Done.' }],
};

const smallAgents: ProviderSubject = {
  cannot: process.platform === 'linux' ? {} : { processes: 'Nobody tells the environment of a process here.' },
  async open() {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'acp-conformance-')));
    const notes = join(root, 'notes');
    mkdirSync(notes);
    let count = 0;
    return {
      provider: acp({ command: process.execPath, args: [PROGRAM], system: hasty }),
      absent: acp({ command: 'no-such-agent' }),
      request(behaviour): AgentRequest {
        count += 1;
        const directory = join(root, `workspace-${count}`);
        mkdirSync(directory);
        const run = `conformance-${process.pid}-${root.slice(-6)}-${count}`;
        return requestFixture({
          directory,
          instructions: 'Be kind.',
          limits: { idleMs: FAR_MS, totalMs: FAR_MS, toolMs: FAR_MS },
          environment: { SCRIPT: JSON.stringify(SCRIPTS[behaviour]), NOTE: join(notes, run) },
          origin: { run },
          ...(behaviour === 'answers' ? { outputSchema: { type: 'object' } } : {}),
          ...(behaviour === 'resumes' ? { resume: 'yesterday' as SessionId } : {}),
        });
      },
      processes: (run) => environments().filter((text) => text.includes(`${MARK_VARIABLE}=${run}/`)).length,
      started: () => readdirSync(notes).length,
      seen({ origin }) {
        const { prompt, environment } = JSON.parse(readFileSync(join(notes, origin.run), 'utf8'));
        return { prompt: prompt[1], instructions: prompt[0], environment };
      },
      dispose: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
    };
  },
};

/** Of every living process. */
function environments(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/environ`, 'latin1')] : [];
    } catch {
      return [];
    }
  });
}

describe('a provider of a third party keeps the contract', () => {
  for (const one of agentProviderCases) {
    it(one.id, (context) => {
      const reason = one.skipped(smallAgents);
      if (reason !== undefined) context.skip(reason);
      return one.run(smallAgents);
    });
  }
});
