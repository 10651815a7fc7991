export { type CodexOptions, codex } from './provider.ts';
