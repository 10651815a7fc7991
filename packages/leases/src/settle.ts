import { join } from 'node:path';
import { compact } from './compact.ts';
import { flushNamedFile } from './flush.ts';
import { opens, tableName } from './segment.ts';
import { errorCode } from './storage-failed.ts';

export interface Committed {
  readonly directory: string;
  readonly segment: string;
  readonly number: number;
  readonly token: () => string;
}

/** Makes a committed table outlive a crash of the machine and, once in a while, removes old ones after that. */
export async function settle({ directory, segment, number, token }: Committed): Promise<void> {
  const home = join(directory, segment);
  try {
    await flushNamedFile(join(home, tableName(number)), home);
  } catch (error) {
    // Compacted away meanwhile, and that happens only after a later table of the chain was flushed.
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (opens(number, segment)) compact(directory, number, token());
}
