export type { ClaudeOptions } from './options.ts';
export { claude } from './provider.ts';
