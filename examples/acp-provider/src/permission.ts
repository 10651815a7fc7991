import type { PermissionOption, RequestPermissionOutcome } from '@agentclientprotocol/sdk';
import type { AgentRequest } from '@backlog-runner/contracts';
import { isInside } from './is-inside.ts';
import type { ToolCall } from './read-update.ts';

const ONLY_READS = new Set(['read', 'search', 'think']);
const CHANGES_FILES = new Set(['edit', 'delete', 'move']);

/**
 * Whether the agent may do what it asks leave for. Changes need to say where, and be inside the directory; where a
 * command writes nobody can tell beforehand. Anything that is neither is refused: another mode, the network, the unknown.
 */
export async function isAllowed(
  { kind, diffs, locations }: Pick<ToolCall, 'kind' | 'diffs' | 'locations'>,
  { access, directory }: Pick<AgentRequest, 'access' | 'directory'>,
): Promise<boolean> {
  if (ONLY_READS.has(kind)) return true;
  if (access === 'read-only') return false;
  const places = [...diffs.map(({ path }) => path), ...locations];
  const areInside = (await Promise.all(places.map((place) => isInside(place, directory)))).every(Boolean);
  if (CHANGES_FILES.has(kind)) return areInside && places.length > 0;
  return kind === 'execute' && areInside;
}

/** Says it with one of the agent's own options, for this once. */
export function answerWith(options: readonly PermissionOption[], allowed: boolean): RequestPermissionOutcome {
  const kinds = allowed ? ['allow_once'] : ['reject_once', 'reject_always'];
  const option = kinds.flatMap((kind) => options.find((offered) => offered.kind === kind) ?? [])[0];
  return option === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: option.optionId };
}
