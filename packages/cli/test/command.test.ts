import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/command-table.ts';
import { CONFIG_SCHEMA } from '../src/config-schema.ts';
import { BUILT_IN_ALIASES } from '../src/resolve-agents.ts';
import { PRESETS } from '../src/settings.ts';
import { CLI, cli, repository, temporaryDirectory } from './temp-project.ts';

const document = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8');

describe('the command', () => {
  it('prints its version alone', async () => {
    const { code, stdout } = await cli({ directory: temporaryDirectory() }, '--version');
    const { version } = JSON.parse(readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
  });

  it.each([[[]], [['--help']]])('explains itself with %j', async (argv) => {
    const { code, stdout } = await cli({ directory: temporaryDirectory() }, ...argv);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name}\\b.*  ${summary}$`, 'm'));
  });

  it('explains each command', async () => {
    const { stdout } = await cli({ directory: temporaryDirectory() }, 'start', '--help');
    expect(stdout).toContain('--workers <n>');
    expect(stdout).not.toContain('(default: true)');
  });

  it('works through a symbolic link', async () => {
    const directory = await repository({ 'backlog.config.mjs': 'export default {};' });
    const program = CLI.at(-1) ?? '';
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const link = join(directory, 'backlog-runner');
    symlinkSync(program, link);
    const child = spawn(process.execPath, [...CLI.slice(0, -1), link, 'list', '--json'], { cwd: directory });
    const output: string[] = [];
    child.stdout.on('data', (chunk) => output.push(String(chunk)));
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(JSON.parse(output.join(''))).toEqual({ tasks: [], problems: [] });
  });

  it('is not disturbed by a reader that leaves', async () => {
    const tasks = Array.from({ length: 300 }, (_, n) => [`backlog/tasks/t${n}.yaml`, `title: ${'x'.repeat(150)}\n`]);
    const directory = await repository({ 'backlog.config.mjs': 'export default {};', ...Object.fromEntries(tasks) });
    const child = spawn(process.execPath, [...CLI, 'list'], { cwd: directory });
    const stderr: string[] = [];
    child.stderr.on('data', (chunk) => stderr.push(String(chunk)));
    child.stdout.destroy();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(stderr.join('')).toBe('');
  });
});

describe.runIf(existsSync('/dev/full'))('an answer that cannot be written', () => {
  it('is an error, said without a stack', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [...CLI, '--version'], { stdio: ['ignore', full, 'pipe'] });
    closeSync(full);
    const stderr: string[] = [];
    child.stderr?.on('data', (chunk) => stderr.push(String(chunk)));
    expect(await once(child, 'close')).toEqual([4, null]);
    expect(stderr.join('')).toMatch(/^error The output could not be written: ENOSPC.*\n$/);
  });
});

describe('the documentation', () => {
  it('has a section for each error code and no other', () => {
    const sections = [...document('errors.md').matchAll(/^## (\S+)$/gm)].map(([, code]) => code);
    expect(sections).toEqual(Object.keys(ERROR_CODES));
  });

  it('explains every command and option', () => {
    const text = document('cli.md');
    for (const { name, options } of COMMANDS) {
      expect(text).toMatch(new RegExp(`^## \`${name}\\b`, 'm'));
      for (const option of options) expect(text).toContain(`--${option.name}`);
    }
  });

  it('explains every key of the config', () => {
    const text = document('config.md');
    for (const path of keysOf(CONFIG_SCHEMA)) expect(text, path).toContain(`\`${path}\``);
  });

  it('has the presets and aliases there are', () => {
    const text = document('config.md');
    for (const [name, { workers, max, backoffSeconds }] of Object.entries(PRESETS)) {
      expect(text).toMatch(
        new RegExp(`^\\| \`${name}\`[^|]*\\| ${workers} \\| ${max} \\| ${backoffSeconds} \\|$`, 'm'),
      );
    }
    for (const [alias, models] of Object.entries(BUILT_IN_ALIASES)) {
      const value = Object.entries(models).map(([vendor, model]) => `${vendor}: '${model}'`);
      expect(text).toContain(`${alias}: { ${value.join(', ')} }`);
    }
  });
});

/** The paths of all keys two levels deep, such as `workspace.workers`. */
function keysOf(schema: object): readonly string[] {
  return Object.entries(propertiesOf(schema))
    .flatMap(([key, value]) => {
      const below = Object.keys(propertiesOf(value));
      return below.length === 0 || key === 'discovery' ? [key] : below.map((inner) => `${key}.${inner}`);
    })
    .filter((path) => path !== 'providers.agents');
}

function propertiesOf(schema: object): Readonly<Record<string, object>> {
  return 'properties' in schema ? (schema.properties as Record<string, object>) : {};
}
