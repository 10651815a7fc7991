export { type FileLeasesOptions, fileLeases } from './file-leases.ts';
export type { HostRecord } from './host-record.ts';
