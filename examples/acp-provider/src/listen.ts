import { type AnyMessage, methods } from '@agentclientprotocol/sdk';
import type { AgentEvent } from '@backlog-runner/contracts';
import { endTurn, NOTHING_READ, type Reading, readUpdate, type Step } from './read-update.ts';
import { isRecord, recordIn } from './untrusted.ts';

export interface Ear {
  /** What is known of the turn by now. */
  reading(): Reading;
  /** Hears every message of the agent, in order. Whether somebody has to answer it, or waits for it. */
  hear(message: AnyMessage): boolean;
  /** From here on the updates are about the request; what came before repeats an earlier session. */
  asked(): void;
  /** The turn is over. */
  close(): void;
}

/** Turns the messages of an agent into events. */
export function listen(directory: string, tell: (...events: readonly AgentEvent[]) => void): Ear {
  let reading = NOTHING_READ;
  let isAsked = false;
  const take = (step: Step) => {
    reading = step.reading;
    tell(...step.events);
  };
  return {
    reading: () => reading,
    hear(message) {
      tell({ type: 'native', record: message });
      const { method, params } = recordIn(message);
      if (method === methods.client.session.update) {
        const step = readUpdate(reading, recordIn(recordIn(params).update), directory);
        take(isAsked ? step : { ...step, events: [] });
      }
      return isRecord(message) && 'id' in message;
    },
    asked() {
      const { cost } = reading;
      reading = cost === undefined ? NOTHING_READ : { ...NOTHING_READ, cost };
      isAsked = true;
    },
    close: () => take(endTurn(reading)),
  };
}
