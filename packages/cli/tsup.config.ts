import { readdirSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { preset } from '../../tools/tsup-preset.ts';

/** Commands that only read, and that people wait for: they are part of the program. Each further file costs a millisecond. */
const READING = ['status', 'list', 'show'];
const OTHERS = readdirSync('src/commands')
  .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !READING.includes(name));

/** What most commands need loads faster as a part of them than as packages of many files. */
const SHARED: Options = { clean: false, noExternal: [/^@backlog-runner\/(contracts|store|leases|reporter)$/, 'cac'] };

/** Built apart, and loaded when the program comes to its import. */
const apart = (...names: readonly string[]): Options => ({
  esbuildPlugins: [
    {
      name: 'apart',
      setup({ onResolve }) {
        onResolve({ filter: new RegExp(`^\\./(?:${names.join('|')})\\.ts$`) }, ({ path }) => ({
          path: path.replace(/ts$/, 'js'),
          external: true,
        }));
      },
    },
  ],
});

export default defineConfig([
  { ...preset({ index: 'src/index.ts' }), clean: false },
  { ...preset({ bin: 'src/bin.ts' }), ...SHARED, ...apart('dispatch', 'print-error') },
  {
    ...preset({ dispatch: 'src/dispatch.ts' }),
    ...SHARED,
    ...apart(...OTHERS.map((name) => `commands/${name}`)),
    splitting: false,
  },
  {
    ...preset({
      'print-error': 'src/print-error.ts',
      ...Object.fromEntries(OTHERS.map((name) => [`commands/${name}`, `src/commands/${name}.ts`])),
    }),
    ...SHARED,
  },
]);
