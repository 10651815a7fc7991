import type { AgentEvent, System } from '@backlog-runner/contracts';
import type { AgentRun } from './run-agent.ts';

/** At most one sign of life is recorded in this time. */
const PROGRESS_MS = 5_000;

/** Hears every event of an agent and notes now and then that it is alive. */
export function createProgress(note: AgentRun['note'], system: System): (event: AgentEvent) => Promise<void> {
  let quietUntil = 0;
  return async (event) => {
    const text = signOfLife(event);
    if (text === undefined || system.monotonic() < quietUntil) return;
    quietUntil = system.monotonic() + PROGRESS_MS;
    await note({ kind: 'progress', text });
  };
}

const LONGEST_SIGN = 160;

function signOfLife(event: AgentEvent): string | undefined {
  switch (event.type) {
    case 'message':
      return firstLine(event.text);
    case 'tool':
      return firstLine(`${event.name}: ${event.summary}`);
    case 'file':
      return `${event.change} ${event.path}`.slice(0, LONGEST_SIGN);
    case 'warning':
      return firstLine(event.message);
    default:
      return undefined;
  }
}

function firstLine(text: string): string | undefined {
  const line = text.trim().split('\n', 1)[0]?.trim();
  return line ? line.slice(0, LONGEST_SIGN) : undefined;
}
