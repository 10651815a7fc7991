import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { nodeOnDemand } from '../../tools/node-on-demand.ts';
import { preset } from '../../tools/tsup-preset.ts';
import { configChecksCompiled } from './scripts/config-checks-code.ts';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Commands that only read, and that people wait for, are one file each: every further file costs a millisecond. */
const READING = ['commands/status', 'commands/list', 'commands/show'];
const COMMANDS = readdirSync('src/commands')
  .filter((file) => file.endsWith('.ts') && !file.includes('.test.'))
  .map((file) => `commands/${basename(file, '.ts')}`);
const OTHERS = COMMANDS.filter((path) => !READING.includes(path));

/** What commands need loads faster as a part of them than as packages of many files. */
const COMPLETE: Options = {
  clean: false,
  noExternal: [
    /^@backlog-runner\/(contracts|store|leases|reporter|subprocess|discovery|runner|validation|worktrees|providers-codex|providers-claude)$/,
    'cac',
    'consola',
  ],
};

/** Built as files of their own, all side by side, which are loaded when the program comes to their import. */
const apart = (...paths: readonly string[]): Plugin => ({
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: new RegExp(`^\\./(?:${paths.join('|')})\\.ts$`) }, ({ path }) => ({
      path: `./${nameOf(path.slice('./'.length, -'.ts'.length))}.js`,
      external: true,
    }));
  },
});

const entriesOf = (...paths: readonly string[]): Options =>
  preset(Object.fromEntries(paths.map((path) => [nameOf(path), `src/${path}.ts`])));

/** `command-start` for `commands/start`. */
function nameOf(path: string): string {
  return path.replace('commands/', 'command-');
}

const PLUGINS = [nodeOnDemand, configChecksCompiled];

export default defineConfig([
  { ...entriesOf('index'), clean: false, esbuildPlugins: [configChecksCompiled] },
  { ...entriesOf('bin'), ...COMPLETE, esbuildPlugins: [apart('dispatch', 'print-error'), nodeOnDemand] },
  { ...entriesOf('dispatch'), ...COMPLETE, esbuildPlugins: [apart(...COMMANDS), nodeOnDemand] },
  { ...entriesOf(...READING), ...COMPLETE, splitting: false, esbuildPlugins: PLUGINS },
  { ...entriesOf('print-error', ...OTHERS), ...COMPLETE, esbuildPlugins: PLUGINS },
]);
