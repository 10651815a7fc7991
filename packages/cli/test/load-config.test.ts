import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Config } from '../src/config.ts';
import { loadConfig } from '../src/load-config.ts';
import { locateSyntaxError } from '../src/locate-syntax-error.ts';
import { settingsOf } from '../src/settings.ts';
import { temporaryDirectory, write } from './temp-project.ts';

const locate = (file: string) => locateSyntaxError(file, { node: process.execPath, environment: process.env });

function load(text: string): Promise<Config> {
  const directory = temporaryDirectory();
  write(directory, { 'backlog.config.mjs': text });
  return loadConfig({ file: join(directory, 'backlog.config.mjs'), locateSyntaxError: locate });
}

describe('the documented example', () => {
  it('loads and means what it says', async () => {
    const directory = temporaryDirectory();
    const file = join(directory, 'backlog.config.mjs');
    cpSync(fileURLToPath(new URL('fixtures/full.config.mjs', import.meta.url)), file);
    const config = await loadConfig({ file, locateSyntaxError: locate });
    expect(settingsOf(config)).toMatchObject({
      workers: 2,
      useWorktrees: true,
      installCommand: 'npm install',
      repairCommand: 'backlog-runner doctor --repair',
      validation: {
        default: 'bash scripts/backlog/validate.sh',
        profiles: { frontend: 'npm run lint --workspace web' },
        routing: [{ profile: 'frontend', pathPrefixes: ['apps/web/', 'src/components/'] }],
      },
      uiPathPrefixes: ['apps/web', 'src/components'],
    });
    expect(config.providers?.agents).toEqual({
      ui: { tool: 'claude', model: 'claude-opus-4-6' },
      code: { tool: 'codex', model: 'gpt-5.4' },
      planner: { tool: 'codex', model: 'gpt-5.4' },
    });
  });
});

describe('loadConfig', () => {
  it('leaves the values of the config as they are', async () => {
    const config = await load(`
      class Acme {
        contract = 'agent-provider@1';
        id = 'acme';
        #secret = 42;
        acceptsModel() { return true; }
        async check() { return { status: 'ready', version: String(this.#secret) }; }
        async *run() {}
      }
      export default { providers: { agents: { code: { tool: new Acme() } } } };
    `);
    const tool = config.providers?.agents?.code?.tool;
    expect(typeof tool === 'object' && (await tool.check())).toEqual({ status: 'ready', version: '42' });
  });

  it('says that there is no default export', async () => {
    await expect(load("export const preset = 'safe';\n")).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('has no default export'),
    });
  });

  it('lists every place that is wrong in one error', async () => {
    const error = load("export default { preset: 'sfe', workspace: { worker: 2 } };\n");
    await expect(error).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(
        /preset cannot be "sfe"; did you mean `safe`\?\n {2}workspace\.worker is not a key/,
      ),
    });
  });
});
