import type { Cancel, System } from '@backlog-runner/contracts';

/** Notices when nothing has happened for too long. */
export interface IdleWatch {
  /** Something happened. */
  touch(): void;
  /** While anything allows silence there is no limit; when nothing does any more, a new period begins. */
  allow(why: 'asked' | 'unread', allowed: boolean): void;
  close(): void;
}

export function idleWatch(idleMs: number, system: System, onIdle: () => void): IdleWatch {
  const reasons = new Set<string>();
  let last = system.monotonic();
  let cancel: Cancel = () => {};

  // One timer for many touches: it looks for how long it was really quiet, and waits for the rest.
  const watch = (delayMs: number) => {
    cancel();
    cancel = system.after(delayMs, () => {
      const quietMs = system.monotonic() - last;
      if (quietMs >= idleMs) onIdle();
      else watch(idleMs - quietMs);
    });
  };
  watch(idleMs);

  return {
    touch() {
      last = system.monotonic();
    },
    allow(why, allowed) {
      const wasLimited = reasons.size === 0;
      if (allowed) reasons.add(why);
      else reasons.delete(why);
      const isLimited = reasons.size === 0;
      if (isLimited === wasLimited) return;
      last = system.monotonic();
      if (isLimited) watch(idleMs);
      else cancel();
    },
    close() {
      reasons.add('closed');
      cancel();
    },
  };
}
