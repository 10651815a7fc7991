import type { AgentOutcome, AgentRequest, Escape, RunId } from '@backlog-runner/contracts';
import type { Life } from './life.ts';
import type { Actor, Scheduler } from './scheduler.ts';

/** What an agent does next. */
export type AgentAct =
  | { readonly kind: 'do'; readonly what: string; readonly act: () => void }
  | { readonly kind: 'think'; readonly ms: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'end'; readonly outcome: AgentOutcome };

/** A process of an agent. It belongs to the machine: it may outlive the runner that started it. */
export interface AgentProcess extends Actor {
  readonly run: RunId;
  readonly directory: string;
  /** How it ended by itself; never told when it is killed. */
  readonly ended: Promise<AgentOutcome>;
}

/** The machine that all runners share, apart from what it stores. */
export interface Machine {
  start(life: Life, request: AgentRequest, acts: readonly AgentAct[]): AgentProcess;
  kill(process: AgentProcess): void;
  /** Ends every process of a run, and counts them. */
  endRun(run: RunId): number;
  running(): readonly AgentProcess[];
  /** What agents did outside of their workspaces, oldest first. */
  readonly escapes: Escape[];
}

export function createMachine(scheduler: Scheduler): Machine {
  const processes = new Set<AgentProcess>();
  const kill = (process: AgentProcess) => {
    process.state = 'dead';
    scheduler.forget(process);
    processes.delete(process);
  };
  return {
    escapes: [],
    kill,
    running: () => [...processes],
    endRun(run) {
      const own = [...processes].filter((process) => process.run === run);
      for (const process of own) kill(process);
      return own.length;
    },
    start(life, request, acts) {
      let tell = (_outcome: AgentOutcome) => {};
      const ended = new Promise<AgentOutcome>((resolve) => {
        tell = resolve;
      });
      const { attempt = request.origin.role, turn } = request.origin;
      const name = `${life.name} agent ${attempt}#${turn}`;
      const agent: AgentProcess = {
        name,
        state: 'running',
        pace: 1,
        run: life.run,
        directory: request.directory,
        ended,
      };
      processes.add(agent);
      const next = (at: number) => {
        const act = acts[at];
        if (!act || act.kind === 'hang') return;
        if (act.kind === 'think') {
          scheduler.after(agent, act.ms, () => next(at + 1));
          return;
        }
        const what = act.kind === 'do' ? act.what : 'ends';
        const run = () => {
          if (act.kind === 'do') {
            act.act();
            next(at + 1);
            return;
          }
          kill(agent);
          tell(act.outcome);
        };
        scheduler.add({ actor: agent, what, run });
      };
      next(0);
      return agent;
    },
  };
}
