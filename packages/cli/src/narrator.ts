import type { ConsolaInstance, LogType } from 'consola';
import { painter, type Style, usesColour } from './colour.ts';
import type { Surroundings } from './surroundings.ts';

export type Narrator = Pick<ConsolaInstance, 'log' | 'info' | 'success' | 'warn' | 'error'>;

const LABELS: Readonly<Partial<Record<LogType, readonly [Style, string]>>> = {
  info: ['cyan', 'info'],
  success: ['green', 'done'],
  warn: ['yellow', 'warn'],
  error: ['red', 'error'],
};

/** Speaks to people, on standard error only. Loaded by the commands that narrate. */
export async function narrator({ stderr, environment }: Surroundings): Promise<Narrator> {
  const { createConsola } = await import('consola/core');
  const paint = painter(usesColour(environment, stderr));
  return createConsola({
    throttle: 0,
    reporters: [
      {
        log({ type, args }) {
          const [style, label] = LABELS[type] ?? [];
          const prefix = style && label ? `${paint(style, label)} ` : '';
          stderr.write(`${prefix}${args.join(' ')}\n`);
        },
      },
    ],
  });
}
