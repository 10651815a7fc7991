/**
 * A runner as a process of its own, composed of the real parts, whose agent is a function in it. It counts its durable
 * steps and dies or stops before the one it is told.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type AgentProvider, type AgentRequest, type RunId, system as realSystem } from '@backlog-runner/contracts';
import { createRunner, verify } from '@backlog-runner/runner';
import { instantAgent, scripted, writeFiles } from '@backlog-runner/testkit';
import { gitLanding, openRepository } from '@backlog-runner/worktrees';
import { partsOf, policyOf } from '../src/compose.ts';
import { findProject } from '../src/find-project.ts';
import { markedGit } from '../src/marked-git.ts';
import { openRecords } from '../src/records/open-records.ts';
import { verifyFacts } from '../src/records/verify-facts.ts';
import { settingsOf } from '../src/settings.ts';
import type { Surroundings } from '../src/surroundings.ts';
import { countFileChanges } from './counted-files.ts';
import { countedGit } from './counted-git.ts';
import { namedParts } from './counted-parts.ts';
import { crashPoints } from './crash-points.ts';
import { movableClock } from './movable-clock.ts';
import type { ProgramAnswer, ProgramOptions, Witnessed } from './program-options.ts';
import { type ShellWork, shellAgent } from './shell-agent.ts';
import { splitter } from './splitter.ts';

const options: ProgramOptions = JSON.parse(process.argv[2] ?? '');
const { directory, workers, leaseTtlMs } = options;

const SCRIPTS = {
  hangs: { default: [[{ write: { 'src/first.txt': 'work of first\n' }, daemon: true }, { hang: true }]] },
  dies: {
    tasks: {
      first: {
        tries: [[{ crash: { signal: 'SIGKILL' } }], [{ write: { 'src/first.txt': 'work of first\n' } }]],
      },
      second: [{ write: { 'src/second.txt': 'work of second\n' } }],
    },
  },
};

/** Taken before the changes of files are counted: what the agent is seen to do is no step. */
const witness = appendFileSync;
const points = crashPoints(options.crash, options);
const system = options.clock === undefined ? realSystem : movableClock(options.clock);
const run = system.token(10) as RunId;
const environment = process.env;
const project = findProject(directory);
const settings = {
  ...settingsOf(
    {
      validation: { default: options.validation ?? 'sh check.sh' },
      attempts: { backoffSeconds: 0, max: options.maxTries },
    },
    { workers },
  ),
  leaseTtlMs,
};
const git = markedGit(run, system);
const repository = await openRepository({
  directory,
  environment,
  system,
  run: countedGit(points, git, options.gitTrouble),
});
const landing = await gitLanding({ repository });
const agent = { provider: providerOf(options.agent) };
const composition = {
  ...{ run, project, repository, landing, settings, environment, system },
  version: '0.0.0',
  host: 'crash-suite',
  agents: { ui: agent, code: agent, planner: agent, discovery: agent },
  once: true,
  narrate: () => {},
};

countFileChanges(points);
const parts = namedParts({ ...partsOf(composition), ...(options.plans ? { planner: splitter } : {}) }, points);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
const runner = createRunner(parts, policyOf(composition), { run, version: '0.0.0', host: 'crash-suite' });
const { reason, landed } = await runner.work({ drain: stop.signal });
const steps = [...points.taken];
const answer: ProgramAnswer = { run, reason, landed, steps, verified: options.verify ? await verified() : [] };
process.stdout.write(`${JSON.stringify(answer)}\n`);

async function verified(): Promise<readonly string[]> {
  const surroundings: Surroundings = {
    directory,
    environment,
    node: process.execPath,
    stdout: process.stdout,
    stderr: process.stderr,
    onSignal: () => () => {},
    exit: (code) => process.exit(code),
  };
  const verdicts = verify(await verifyFacts(await openRecords(surroundings)));
  return verdicts.flatMap(({ title, status, findings }) => (status === 'broken' ? [title, ...findings] : []));
}

function providerOf(agent: ProgramOptions['agent']): AgentProvider {
  if (agent === 'instant') return instantAgent(play);
  return agent === 'shell' ? shellAgent(workFor, options.witness, options.thinkMs) : scripted(SCRIPTS[agent]);
}

function workFor({ origin: { task, attempt } }: AgentRequest): ShellWork {
  return { path: `src/${task}.txt`, content: `work of ${options.content === 'task' ? task : attempt}\n` };
}

async function play(request: AgentRequest) {
  if (options.thinkMs > 0) await pause(options.thinkMs);
  const { task = '', attempt = '' } = request.origin;
  const { path, content } = workFor(request);
  const line: Witnessed = { attempt, task, path, content };
  await writeFiles(request.directory, { [path]: content });
  witness(options.witness, `${JSON.stringify(line)}\n`);
  return {};
}
