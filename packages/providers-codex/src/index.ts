export type { CodexOptions } from './options.ts';
export { codex } from './provider.ts';
