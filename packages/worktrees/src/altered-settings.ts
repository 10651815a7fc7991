import type { Facts } from './escapes-between.ts';
import { fileFacts } from './file-facts.ts';
import { gitConfigFacts, hookFacts } from './git-dir-facts.ts';
import type { Repository } from './repository.ts';

/** A hook or a setting of git that changed, with what was there before and what is there now. */
export interface AlteredSetting {
  readonly name: string;
  readonly was?: string;
  readonly is?: string;
}

/** The hooks and the settings of git that all checkouts share. */
export async function settingsOf(repository: Repository): Promise<Facts> {
  const fact = fileFacts();
  return new Map([...(await hookFacts(repository, fact)), ...(await gitConfigFacts(repository, [], fact))]);
}

export function alteredBetween(before: Facts, after: Facts): readonly AlteredSetting[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    return was === is ? [] : [{ name, ...(was === undefined ? {} : { was }), ...(is === undefined ? {} : { is }) }];
  });
}

/** Whether some of these changes, one after the other, make exactly this one. */
export function accountsFor(
  altered: readonly AlteredSetting[],
  { name, was, is }: { readonly name: string; readonly was: string | undefined; readonly is: string | undefined },
): boolean {
  const reached = new Set([was]);
  for (const value of reached)
    for (const one of altered) if (one.name === name && one.was === value) reached.add(one.is);
  return reached.has(is);
}

export function parseAltered(value: unknown): readonly AlteredSetting[] {
  if (!Array.isArray(value)) return [];
  const isText = (text: unknown) => text === undefined || typeof text === 'string';
  return value.filter((one) => typeof one?.name === 'string' && isText(one.was) && isText(one.is));
}
