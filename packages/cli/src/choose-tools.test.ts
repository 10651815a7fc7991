import type { AgentProvider } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { chooseAll, roleConfigs, toolChooser } from './choose-tools.ts';

function provider(id: string): AgentProvider {
  return {
    contract: 'agent-provider@1',
    id,
    acceptsModel: () => true,
    check: async () => ({ status: 'ready', version: '1' }),
    async *run() {},
  };
}

describe('roleConfigs', () => {
  const codex = { tool: 'codex' };
  const claude = { tool: 'claude' };
  const acme = { tool: 'acme', model: 'a-1' };
  it.each([
    ['nothing', {}, { ui: claude, code: codex, planner: codex, discovery: codex }],
    ['only code', { code: acme }, { ui: acme, code: acme, planner: acme, discovery: acme }],
    ['only ui', { ui: acme }, { ui: acme, code: acme, planner: acme, discovery: acme }],
    ['both', { ui: claude, code: acme }, { ui: claude, code: acme, planner: acme, discovery: acme }],
    ['a planner', { planner: claude }, { ui: claude, code: codex, planner: claude, discovery: claude }],
  ])('fills the roles of a config that names %s', (_, agents, expected) => {
    expect(roleConfigs(agents)).toEqual(expected);
  });
});

describe('toolChooser', () => {
  const builtIn = { codex: async (options: object) => ({ ...provider('codex'), options }) };

  it('makes a built-in agent once, with its options', async () => {
    const choose = toolChooser({ tools: { codex: { command: '/opt/codex' } }, builtIn });
    const first = await choose('codex');
    expect(first).toMatchObject({ id: 'codex', options: { command: '/opt/codex' } });
    expect(await choose('codex')).toBe(first);
  });

  it('takes an agent as the value it is', async () => {
    const acme = provider('acme');
    expect(await toolChooser({ tools: { mine: acme }, builtIn })('mine')).toBe(acme);
    expect(await toolChooser({ tools: {}, builtIn })(acme)).toBe(acme);
  });

  it('names what was probably meant', async () => {
    const choose = toolChooser({ tools: { acme: provider('acme') }, builtIn });
    await expect(choose('acmee')).rejects.toMatchObject({ code: 'PROVIDER_UNKNOWN', hint: 'Did you mean `acme`?' });
    await expect(choose('gemini-pro')).rejects.toMatchObject({
      code: 'PROVIDER_UNKNOWN',
      hint: expect.stringContaining('Choose one of codex, acme'),
    });
  });

  it('refuses two different agents with one id, for limits and sign-in are told apart by it', async () => {
    const roles = roleConfigs({ ui: { tool: provider('acme') }, code: { tool: provider('acme') } });
    await expect(chooseAll(toolChooser({ tools: {}, builtIn }), roles)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });
});
