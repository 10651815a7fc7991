import { describe, expect, it } from 'vitest';
import { codexHome, parseUserConfig } from './user-config.ts';

describe('codex’s own config', () => {
  it('names the variables that hold keys', () => {
    const { keyVariables } = parseUserConfig(`
      # env_key = "NOT_THIS"
      [model_providers.router]
      env_key = "ROUTER_KEY"
      env_http_headers = { "X-Team" = "TEAM_TOKEN", "X-User" = 'USER_TOKEN' }
      [model_providers.other]
      env_key='OTHER_KEY'
      env_key_instructions = "Ask around."`);
    expect(keyVariables).toEqual(['ROUTER_KEY', 'OTHER_KEY', 'TEAM_TOKEN', 'USER_TOKEN']);
  });

  it.each([
    ['model_provider = "router"', true],
    ['[profiles.work]\nmodel_provider = "azure"', true],
    ['profiles.work.model_provider = "azure"', true],
    ['model_provider=router', true],
    ['model_provider = "openai"', false],
    ['[model_providers.router]\nenv_key = "KEY"', false],
    ['# model_provider = "router"', false],
    ['', false],
  ])('says whether another provider of models may be in use: %s', (toml, expected) => {
    expect(parseUserConfig(toml).hasOwnProvider).toBe(expected);
  });

  it('is where codex looks for it', () => {
    expect(codexHome({ CODEX_HOME: '/codex', HOME: '/me' })).toBe('/codex');
    expect(codexHome({ HOME: '/me' }).replaceAll('\\', '/')).toBe('/me/.codex');
  });
});
