import { describe, expect, it } from 'vitest';
import { codexEnvironment } from './environment.ts';

describe('the environment of codex', () => {
  it('has what codex needs and nothing else, and hides the keys from what codex runs', () => {
    const source = {
      ...{ PATH: '/bin', HOME: '/home/me', LANG: 'C', HTTPS_PROXY: 'http://proxy' },
      ...{ CODEX_HOME: '/codex', CODEX_API_KEY: 'a', OPENAI_ORGANIZATION: 'o', ROUTER_KEY: 'b' },
      ...{ AWS_SECRET_ACCESS_KEY: 'c', GITHUB_TOKEN: 'd', CODEX_SANDBOX: 'seatbelt', ANTHROPIC_API_KEY: 'e' },
    };
    const { variables, hidden } = codexEnvironment(source, { keyVariables: ['ROUTER_KEY'], usesBedrock: false });
    expect(Object.keys(variables).sort()).toEqual(
      [
        'PATH',
        'HOME',
        'LANG',
        'HTTPS_PROXY',
        'CODEX_HOME',
        'CODEX_API_KEY',
        'OPENAI_ORGANIZATION',
        'ROUTER_KEY',
      ].sort(),
    );
    expect([...hidden].sort()).toEqual(['CODEX_API_KEY', 'OPENAI_ORGANIZATION', 'ROUTER_KEY']);
  });

  it('has the credentials of a cloud only when the models are there', () => {
    const source = { AWS_PROFILE: 'work' };
    const there = codexEnvironment(source, { keyVariables: [], usesBedrock: true });
    expect(there).toEqual({ variables: source, hidden: ['AWS_PROFILE'] });
    expect(codexEnvironment(source, { keyVariables: [], usesBedrock: false }).variables).toEqual({});
  });

  it('does not hide a variable that programs need because a config calls it a key', () => {
    expect(codexEnvironment({ HOME: '/me' }, { keyVariables: ['HOME'], usesBedrock: false }).hidden).toEqual([]);
  });
});
