export type { AcpOptions } from './options.ts';
export { acp } from './provider.ts';
