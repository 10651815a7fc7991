import type { AgentFacts, DoctorFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** Whether every agent the config names can run. */
export function judgeAgents({ agents, isWorkspace }: DoctorFacts): readonly Finding[] {
  if (isWorkspace) return [];
  if (agents.status === 'trouble') {
    const { message, hint = 'Correct `providers` in the config.' } = agents.trouble;
    return [{ severity: 'error', about: 'agents', cause: message, next: hint }];
  }
  return agents.status === 'known' ? agents.value.flatMap(judgeAgent) : [];
}

function judgeAgent({ id, roles, health, live }: AgentFacts): readonly Finding[] {
  const plays = `${id}, the agent for ${roles.join(', ')},`;
  if (health.status !== 'ready') {
    const what = {
      'not-installed': 'is not installed',
      'not-signed-in': 'is not signed in',
      unusable: 'cannot be used',
    };
    const cause = `${plays} ${what[health.status]}: ${health.message}`;
    return [{ severity: 'error', about: 'agents', cause, next: health.hint }];
  }
  if (live?.status !== 'failed') return [];
  const next = `Ask ${id} something by hand to see what is wrong.`;
  return [{ severity: 'error', about: 'agents', cause: `${plays} did not answer: ${live.message}`, next }];
}
