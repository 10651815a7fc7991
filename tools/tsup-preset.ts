import type { Options } from 'tsup';

/** The one way packages of this workspace are built. Declarations come from `tsc`; see each package's build script. */
export const preset = (entry: Record<string, string> = { index: 'src/index.ts' }): Options => ({
  entry,
  format: 'esm',
  dts: false,
  clean: true,
  sourcemap: true,
  target: 'node20',
  // `node:test` and `node:sqlite` do not exist without their prefix.
  removeNodeProtocol: false,
});
