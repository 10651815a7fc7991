/** How a run comes to drain: it was asked to, it stops by itself, or only a person can put something right. */
export interface Draining {
  /** Aborted when the run drains, with the reason. */
  readonly drain: AbortSignal;
  readonly requestDrain: (reason: string) => void;
  /** Begins draining, because of something that only a person can put right. */
  readonly halt: (reason: string) => void;
  readonly isHalted: () => boolean;
  /** Listens to nobody any more. */
  readonly end: () => void;
}

/** `asked` is aborted when somebody asks the run to stop. */
export function createDraining(asked: AbortSignal): Draining {
  const drain = new AbortController();
  let halted = false;
  const requestDrain = (reason: string) => drain.abort(reason);
  const onAsked = () => requestDrain('it was stopped');
  asked.addEventListener('abort', onAsked, { once: true });
  if (asked.aborted) onAsked();
  return {
    drain: drain.signal,
    requestDrain,
    halt(reason) {
      halted = true;
      requestDrain(reason);
    },
    isHalted: () => halted,
    end: () => asked.removeEventListener('abort', onAsked),
  };
}
