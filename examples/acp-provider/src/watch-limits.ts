import type { AgentFailure, AgentLimits, Cancel, System } from '@backlog-runner/contracts';

export type Overrun = Extract<AgentFailure, { kind: 'timed-out' }>;

export interface LimitWatch {
  /** The agent gave a sign of life, and these tools are at work now: their names by id. */
  heard(open: ReadonlyMap<string, string>): void;
  close(): void;
}

/** Calls `onOverrun` once, for the first limit that is passed. */
export function watchLimits(limits: AgentLimits, system: System, onOverrun: (overrun: Overrun) => void): LimitWatch {
  const tools = new Map<string, Cancel>();
  let cancelIdle: Cancel = () => {};
  const over = (limit: Overrun['limit'], message: string) => () => {
    close();
    onOverrun({ kind: 'timed-out', limit, message });
  };
  const total = over('total', 'The agent ran for longer than allowed.');
  const cancelTotal = system.after(limits.totalMs, total, { keepAlive: true });
  let isClosed = false;
  const close = () => {
    isClosed = true;
    cancelTotal();
    cancelIdle();
    for (const cancel of tools.values()) cancel();
    tools.clear();
  };
  const heard = (open: ReadonlyMap<string, string>) => {
    if (isClosed) return;
    for (const [id, cancel] of tools) {
      if (open.has(id)) continue;
      cancel();
      tools.delete(id);
    }
    for (const [id, name] of open) {
      const overrun = over('idle', `The tool ${name} ran for longer than a tool may.`);
      if (!tools.has(id)) tools.set(id, system.after(limits.toolMs, overrun, { keepAlive: true }));
    }
    cancelIdle();
    const silent = over('idle', 'The agent said nothing for longer than allowed.');
    // A tool that is running is not silence.
    cancelIdle = open.size > 0 ? () => {} : system.after(limits.idleMs, silent, { keepAlive: true });
  };
  heard(new Map());
  return { heard, close };
}
