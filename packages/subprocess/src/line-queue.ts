/** So many characters may wait before the process is held back. */
const HOLD_AT = 4 * 1024 * 1024;
/** About what a line takes in memory besides its characters. */
const LINE_COST = 32;

/** Lines on their way from a process to the one who reads them. */
export interface LineQueue {
  push(lines: readonly string[]): void;
  /** No more lines will come; those that wait can still be read. */
  end(): void;
  readonly lines: AsyncIterable<string>;
}

export interface LineQueueOptions {
  /** Called with true when too much waits, and with false when it has been taken. */
  readonly hold: (held: boolean) => void;
  /** Called when the reader leaves before the end; leaving takes as long as this. */
  readonly left: () => Promise<void>;
}

export function lineQueue({ hold, left }: LineQueueOptions): LineQueue {
  let waiting: string[] = [];
  let size = 0;
  let ended = false;
  let abandoned = false;
  let wake = () => {};

  const take = () => {
    const batch = waiting;
    waiting = [];
    if (size >= HOLD_AT) hold(false);
    size = 0;
    return batch;
  };
  async function* read(): AsyncGenerator<string> {
    let complete = false;
    try {
      while (!ended || waiting.length > 0) {
        yield* take();
        if (ended || waiting.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      complete = true;
    } finally {
      if (!complete) {
        abandoned = true;
        take();
        await left();
      }
    }
  }

  return {
    push(lines) {
      if (abandoned) return;
      const before = size;
      for (const line of lines) {
        waiting.push(line);
        size += line.length + LINE_COST;
      }
      if (before < HOLD_AT && size >= HOLD_AT) hold(true);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    lines: read(),
  };
}
