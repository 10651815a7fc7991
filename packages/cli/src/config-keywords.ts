import { type DiscoveryPass, parseRepoPath } from '@backlog-runner/contracts';
import { providerProblem } from './provider-value.ts';
import { parseTimeSpan } from './time-span.ts';

/** What a JSON Schema cannot say of a value, as keywords of ours. Of what is no text, those about texts say nothing. */
export const CONFIG_KEYWORDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  toolName: (tool) => (typeof tool === 'string' ? tool.trim() !== '' : providerProblem(tool) === undefined),
  projectPath: (path) => typeof path !== 'string' || parseRepoPath(path) !== undefined,
  timeSpan: (text) => typeof text !== 'string' || parseTimeSpan(text) !== undefined,
  discoveryPass: isPass,
};

function isPass(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { contract, id, asksAgent, find } = value as Partial<DiscoveryPass>;
  const isFormed = typeof id === 'string' && typeof asksAgent === 'boolean' && typeof find === 'function';
  return contract === 'discovery-pass@1' && isFormed;
}
