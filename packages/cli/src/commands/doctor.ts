import { versions } from 'node:process';
import { isBacklogError, system } from '@backlog-runner/contracts';
import { childEnvironment } from '../child-path.ts';
import { painter, type Style, usesColour } from '../colour.ts';
import { diagnose } from '../doctor/diagnose.ts';
import type { DoctorFacts } from '../doctor/facts.ts';
import type { Finding, Severity } from '../doctor/finding.ts';
import { gatherFacts } from '../doctor/gather-facts.ts';
import { repair } from '../doctor/repair.ts';
import { EXIT } from '../exit-code.ts';
import { findProject } from '../find-project.ts';
import type { CommandInvocation } from '../invocation.ts';
import { narrator } from '../narrator.ts';
import { oneLine } from '../one-line.ts';
import type { Surroundings } from '../surroundings.ts';

interface Examination {
  readonly findings: readonly Finding[];
  readonly repaired: readonly string[];
  readonly facts: DoctorFacts;
}

/** Says what is wrong with a backlog, why, and what to type. With `--repair` it mends first what it can. */
export async function doctor({ switches }: CommandInvocation, surroundings: Surroundings): Promise<number> {
  const options = { live: switches.has('live'), node: versions.node };
  const facts = await gatherFacts(surroundings, options);
  const findings = diagnose(facts);
  const first = { findings, repaired: [], facts };
  const examination = switches.has('repair') ? await repaired(first, surroundings) : first;
  if (switches.has('json')) surroundings.stdout.write(`${JSON.stringify(answer(examination))}\n`);
  else await tell(examination, surroundings);
  return examination.findings.some(({ severity }) => severity === 'error') ? EXIT.unsuccessful : EXIT.ok;
}

/** In a workspace everything belongs to an agent's attempt, so nothing there is mended. */
async function repaired(first: Examination, surroundings: Surroundings): Promise<Examination> {
  const { findings, facts } = first;
  if (facts.isWorkspace || facts.project.status !== 'known') return first;
  const done: string[] = [];
  const failed: Finding[] = [];
  for (const finding of findings) {
    if (!finding.repair) continue;
    try {
      const sentence = await repair(finding.repair, groundOf(facts, surroundings));
      if (sentence !== undefined) done.push(sentence);
    } catch (error) {
      if (!isBacklogError(error)) throw error;
      failed.push({ ...finding, cause: `${finding.cause} ${error.message}` });
    }
  }
  const now = await gatherFacts(surroundings, { live: false, node: facts.node, again: system.token(10) });
  const left = diagnose({ ...now, agents: facts.agents });
  return {
    findings: [...left.filter(({ cause }) => !failed.some((other) => other.cause.startsWith(cause))), ...failed],
    repaired: done,
    facts: now,
  };
}

function groundOf(facts: DoctorFacts, surroundings: Surroundings): Parameters<typeof repair>[1] {
  const project = findProject(surroundings.directory);
  const environment = childEnvironment(surroundings.environment, project.directory);
  const branch = facts.repository.status === 'known' ? facts.repository.value.branch : undefined;
  return { project, environment, system, ...(branch?.status === 'known' ? { branch: branch.value.name } : {}) };
}

function answer({ findings, repaired: done, facts }: Examination): object {
  const agents = facts.agents.status === 'known' ? facts.agents.value : [];
  return {
    healthy: findings.length === 0,
    findings: findings.map(({ repair: mend, ...finding }) => ({ ...finding, repairable: mend !== undefined })),
    repaired: done,
    node: facts.node,
    git: facts.git ?? null,
    workspace: facts.isWorkspace,
    agents: agents.map(({ id, roles, health, live }) => ({ id, roles, ...health, ...(live ? { live } : {}) })),
  };
}

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', note: 'cyan' };

async function tell({ findings, repaired: done, facts }: Examination, surroundings: Surroundings): Promise<void> {
  const { stdout, environment } = surroundings;
  const paint = painter(usesColour(environment, stdout));
  const say = await narrator(surroundings);
  for (const sentence of done) stdout.write(`${paint('green', 'repaired')}\t${sentence}\n`);
  for (const { severity, cause, next, repair: mend } of findings) {
    const hint = mend ? `${next}  (or: backlog-runner doctor --repair)` : next;
    const lines = hint.split('\n').map((line) => `  ${paint('cyan', '→')} ${line}`);
    stdout.write(`${paint(STYLES[severity], severity)}\t${oneLine(cause)}\n${lines.join('\n')}\n`);
  }
  say.info(`Node ${facts.node}, git ${facts.git ?? 'not found'}${agentsLine(facts)}.`);
  if (facts.isWorkspace) say.info('This is the workspace of a runner: only what a workspace needs was looked at.');
  if (findings.length === 0) say.success('Nothing is wrong.');
}

function agentsLine({ agents }: DoctorFacts): string {
  if (agents.status !== 'known') return '';
  return agents.value
    .map(({ id, health, live }) => {
      const version = health.status === 'ready' ? health.version : health.status;
      return `, ${id} ${version}${live?.status === 'answered' ? ' (answered)' : ''}`;
    })
    .join('');
}
