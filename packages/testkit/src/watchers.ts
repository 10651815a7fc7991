import type { Cancel } from '@backlog-runner/contracts';

/** Those who want to know about a change. */
export interface Watchers {
  add(onChange: () => void): Cancel;
  /** Calls everyone back once the current step is over; several changes within one step make one call. */
  notify(): void;
}

export function watchers(): Watchers {
  const callbacks = new Set<() => void>();
  let notified = false;
  return {
    add(onChange) {
      // A function of its own, so that one callback may watch twice and cancel once.
      const callback = () => onChange();
      callbacks.add(callback);
      return () => {
        callbacks.delete(callback);
      };
    },
    notify() {
      if (notified) return;
      notified = true;
      queueMicrotask(() => {
        notified = false;
        for (const callback of callbacks) callback();
      });
    },
  };
}
