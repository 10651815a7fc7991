import { describe, expect, it } from 'vitest';
import { aliasesOf, type ModelTaker, type RoleChoice, resolveAgents } from './resolve-agents.ts';

const codex: ModelTaker = { id: 'codex', acceptsModel: (model) => !model.startsWith('claude') };
const claude: ModelTaker = { id: 'claude', acceptsModel: (model) => !model.startsWith('gpt') };
const acme: ModelTaker = { id: 'acme', acceptsModel: () => true };
const aliases = aliasesOf({ best: { codex: 'gpt-best', claude: 'claude-best' }, house: { codex: 'gpt-house' } });

interface Case {
  readonly ui?: RoleChoice<ModelTaker>;
  readonly code?: RoleChoice<ModelTaker>;
  readonly tool?: ModelTaker;
  readonly model?: string;
}

function resolve({ ui = { provider: claude }, code = { provider: codex }, ...asked }: Case): readonly string[] {
  const agents = resolveAgents({ roles: { ui, code, planner: code, discovery: code }, aliases, ...asked });
  return [agents.ui, agents.code].map(({ provider, model }) => `${provider.id}:${model ?? 'default'}`);
}

const ui = { provider: claude, model: 'claude-opus-4-6' };
const code = { provider: codex, model: 'gpt-5.4' };

describe('resolveAgents', () => {
  it.each<[string, Case, readonly string[]]>([
    ['keeps what the config says', { ui, code }, ['claude:claude-opus-4-6', 'codex:gpt-5.4']],
    ['leaves the model to the vendor where nothing is said', {}, ['claude:default', 'codex:default']],
    [
      'keeps the model only of the role that had the tool',
      { ui, code, tool: codex },
      ['codex:default', 'codex:gpt-5.4'],
    ],
    ['passes no model to the other vendor', { ui, code, tool: claude }, ['claude:claude-opus-4-6', 'claude:default']],
    ['passes no model to a tool that accepts anything', { ui, code, tool: acme }, ['acme:default', 'acme:default']],
    [
      'reads an alias of the config for each vendor',
      { ui: { provider: claude, model: 'best' }, code: { provider: codex, model: 'best' } },
      ['claude:claude-best', 'codex:gpt-best'],
    ],
    [
      'reads an alias of the config for the tool that was asked for',
      { ui: { provider: claude, model: 'best' }, code, tool: codex },
      ['codex:gpt-best', 'codex:gpt-5.4'],
    ],
    [
      'drops an alias that says nothing of the tool that was asked for',
      { ui, code: { provider: codex, model: 'house' }, tool: claude },
      ['claude:claude-opus-4-6', 'claude:default'],
    ],
    ['reads an alias that was asked for', { ui, code, model: 'best' }, ['claude:claude-best', 'codex:gpt-best']],
    ['has aliases without any config', { model: 'fast' }, ['claude:haiku', 'codex:gpt-5.4-mini']],
    ['takes a model with its tool', { ui, code, tool: codex, model: 'gpt-6' }, ['codex:gpt-6', 'codex:gpt-6']],
    [
      'takes a model where all roles have one vendor',
      { ui: { provider: codex }, code, model: 'gpt-6' },
      ['codex:gpt-6', 'codex:gpt-6'],
    ],
  ])('%s', (_, asked, expected) => expect(resolve(asked)).toEqual(expected));

  it.each<[string, Case, string]>([
    [
      'a model when the roles use two vendors',
      { model: 'gpt-6' },
      '`--model gpt-6` is ambiguous: the roles use claude and codex.',
    ],
    ['a model of another vendor than the tool', { tool: claude, model: 'gpt-6' }, '`gpt-6` is no model of claude.'],
    ['an alias that says nothing of the vendor', { model: 'house' }, 'The alias `house` names no model for claude.'],
    [
      'a config that gives a vendor the model of another',
      { code: { provider: codex, model: 'claude-opus-4-6' } },
      'The role code gives codex the model `claude-opus-4-6` of another vendor.',
    ],
    [
      'a config with an alias that says nothing of the vendor',
      { ui: { provider: claude, model: 'house' } },
      'The alias `house` of the role ui names no model for claude.',
    ],
  ])('refuses %s', (_, asked, message) => {
    expect(() => resolve(asked)).toThrow(expect.objectContaining({ code: 'MODEL_MISMATCH', message }));
  });
});
