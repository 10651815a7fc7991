import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { system } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import type { ConfigEdit } from '../src/config-source/config-edit.ts';
import { editConfigFile } from '../src/config-source/edit-config-file.ts';
import { temporaryDirectory, write } from './temp-project.ts';

function configFile(source: string, files: Readonly<Record<string, string>> = {}) {
  const directory = temporaryDirectory();
  write(directory, { 'backlog.config.mjs': source, ...files });
  const file = join(directory, 'backlog.config.mjs');
  const options = { file, locateSyntaxError: async () => undefined, system };
  return {
    edit: (...edits: readonly ConfigEdit[]) => editConfigFile(options, edits),
    text: () => readFileSync(file, 'utf8'),
  };
}

const enable: ConfigEdit = { do: 'set', path: ['discovery', 'enabled'], value: true };

describe('the file of a config', () => {
  it('is edited once and then says so', async () => {
    const { edit, text } = configFile('export default {};\n');
    expect(await edit(enable)).toEqual({ status: 'edited' });
    expect(text()).toBe('export default { discovery: { enabled: true } };\n');
    expect(await edit(enable)).toEqual({ status: 'unchanged' });
    expect(await edit({ do: 'remove', path: ['discovery'] })).toEqual({ status: 'edited' });
  });

  it('is left alone when one of the edits must be made by hand', async () => {
    const source = 'const limits = () => ({});\nexport default { limits: limits() };\n';
    const { edit, text } = configFile(source);
    const result = await edit(enable, { do: 'set', path: ['limits', 'maxTurns'], value: 3 });
    expect(result).toMatchObject({
      status: 'by-hand',
      steps: [{ paste: 'discovery: { enabled: true },\nlimits: { maxTurns: 3 },' }],
    });
    expect(text()).toBe(source);
  });

  it('is left alone when the config would break its schema', async () => {
    const { edit, text } = configFile('export default {};\n');
    await expect(edit({ do: 'set', path: ['preset'], value: 'fast' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    expect(text()).toBe('export default {};\n');
  });

  it('is as it was when running it shows that it says something else', async () => {
    const source = "import { defineConfig } from './define.mjs';\nexport default defineConfig({});\n";
    const { edit, text } = configFile(source, {
      'define.mjs': "export const defineConfig = () => ({ preset: 'safe' });",
    });
    expect(await edit(enable)).toMatchObject({
      status: 'by-hand',
      steps: [{ paste: 'discovery: { enabled: true },', reason: expect.stringContaining('is as it was') }],
    });
    expect(text()).toBe(source);
  });
});
