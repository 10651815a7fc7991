import type { Cancel, System } from './system.ts';

export interface ToolLimit {
  /** Tells which tools are at work now, by id, with their names. */
  follow(open: ReadonlyMap<string, string>): void;
  close(): void;
}

/** For providers: calls `onOverrun` with the name of each tool that is at work for longer than `limitMs`. */
export function toolLimit(system: System, limitMs: number, onOverrun: (name: string) => void): ToolLimit {
  const timers = new Map<string, Cancel>();
  const drop = (keep: (id: string) => boolean) => {
    for (const [id, cancel] of timers) {
      if (keep(id)) continue;
      cancel();
      timers.delete(id);
    }
  };
  return {
    follow(open) {
      drop((id) => open.has(id));
      for (const [id, name] of open) {
        if (!timers.has(id))
          timers.set(
            id,
            system.after(limitMs, () => onOverrun(name)),
          );
      }
    },
    close: () => drop(() => false),
  };
}
