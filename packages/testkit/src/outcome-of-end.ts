import type { AgentOutcome } from '@backlog-runner/contracts';
import type { ProcessEnd } from '@backlog-runner/subprocess';

/** How the agent run ended, by how its process ended and what it had told. Exit code 0 without an answer is a crash. */
export function outcomeOfEnd(end: ProcessEnd, told: AgentOutcome | undefined, stderr: string): AgentOutcome {
  switch (end.status) {
    case 'exited':
      return end.code === 0 && told ? told : crashed(`with exit code ${end.code}`, end.code, null, stderr);
    case 'killed':
      return crashed(`by ${end.signal}`, null, end.signal, stderr);
    case 'timed-out':
      return {
        status: 'failed',
        failure: { kind: 'timed-out', message: `The scripted agent reached its ${end.limit} limit.`, limit: end.limit },
      };
    case 'aborted':
      return { status: 'aborted' };
    case 'not-started':
      return { status: 'failed', failure: { kind: 'unavailable', message: end.message } };
  }
}

function crashed(how: string, exitCode: number | null, signal: string | null, stderr: string): AgentOutcome {
  const message = [`The scripted agent ended ${how} and without an answer.`, stderr.trim()].filter(Boolean).join(' ');
  return { status: 'failed', failure: { kind: 'crashed', message, exitCode, signal } };
}
