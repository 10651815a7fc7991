import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { preset } from '../../tools/tsup-preset.ts';

/** Commands that only read, and that people wait for: they are part of the program. Each further file costs a millisecond. */
const READING = ['status', 'list', 'show'];
const OTHERS = readdirSync('src/commands')
  .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  .map((file) => `commands/${basename(file, '.ts')}`)
  .filter((path) => !READING.includes(basename(path)));

/** What most commands need loads faster as a part of them than as packages of many files. */
const SHARED: Options = { clean: false, noExternal: [/^@backlog-runner\/(contracts|store|leases|reporter)$/, 'cac'] };

/** Built as files of their own, all side by side, which are loaded when the program comes to their import. */
const apart = (...paths: readonly string[]): Options => ({
  esbuildPlugins: [
    {
      name: 'apart',
      setup({ onResolve }) {
        onResolve({ filter: new RegExp(`^\\./(?:${paths.join('|')})\\.ts$`) }, ({ path }) => ({
          path: `./${nameOf(path.slice('./'.length, -'.ts'.length))}.js`,
          external: true,
        }));
      },
    },
  ],
});

/** `command-start` for `commands/start`. */
function nameOf(path: string): string {
  return path.replace('commands/', 'command-');
}

export default defineConfig([
  { ...preset({ index: 'src/index.ts' }), clean: false },
  { ...preset({ bin: 'src/bin.ts' }), ...SHARED, ...apart('dispatch', 'print-error') },
  { ...preset({ dispatch: 'src/dispatch.ts' }), ...SHARED, ...apart(...OTHERS), splitting: false },
  {
    ...preset(Object.fromEntries(['print-error', ...OTHERS].map((path) => [nameOf(path), `src/${path}.ts`]))),
    ...SHARED,
  },
]);
