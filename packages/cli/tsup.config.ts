import { defineConfig } from 'tsup';
import { preset } from '../../tools/tsup-preset.ts';

/**
 * The command holds what most of its commands need: a few files of our own load faster than many packages do. The
 * library's front door passes the packages on as they are.
 */
export default defineConfig([
  { ...preset({ index: 'src/index.ts' }), clean: false },
  {
    ...preset({ bin: 'src/bin.ts' }),
    clean: false,
    noExternal: [/^@backlog-runner\/(contracts|store|leases|reporter)$/, 'cac'],
  },
]);
