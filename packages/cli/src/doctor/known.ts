import { isBacklogError } from '@backlog-runner/contracts';
import type { Known } from './facts.ts';

/** What the work gives, or the trouble it meets. Bugs stay loud. */
export async function known<Value>(work: () => Promise<Value>): Promise<Known<Value>> {
  try {
    return { status: 'known', value: await work() };
  } catch (error) {
    if (!isBacklogError(error)) throw error;
    const { code, message, hint } = error;
    return { status: 'trouble', trouble: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
}

export function valueIn<Value>(fact: Known<Value>): Value | undefined {
  return fact.status === 'known' ? fact.value : undefined;
}
