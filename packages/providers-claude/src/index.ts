export { type ClaudeOptions, claude } from './provider.ts';
