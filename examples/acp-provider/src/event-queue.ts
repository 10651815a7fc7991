/** Events on their way from whoever hears them to whoever reads them, in order. */
export interface EventQueue<T> extends AsyncIterable<T> {
  push(...events: readonly T[]): void;
  /** Nothing more comes: the reader ends after what is there. */
  close(): void;
}

export function eventQueue<T>(): EventQueue<T> {
  const waiting: T[] = [];
  let isClosed = false;
  let wake = () => {};
  return {
    push(...events) {
      waiting.push(...events);
      wake();
    },
    close() {
      isClosed = true;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        yield* waiting.splice(0);
        if (waiting.length > 0) continue;
        if (isClosed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
