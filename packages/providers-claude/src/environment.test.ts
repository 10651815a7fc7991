import { describe, expect, it } from 'vitest';
import { claudeEnvironment, unattendedSettings } from './environment.ts';

describe('the environment of claude', () => {
  it('has what claude needs and nothing else', () => {
    const source = {
      ...{
        PATH: '/bin',
        HOME: '/home/me',
        CLAUDE_CONFIG_DIR: '/claude',
        ANTHROPIC_API_KEY: 'a',
        DISABLE_TELEMETRY: '1',
      },
      ...{ AWS_SECRET_ACCESS_KEY: 'c', GITHUB_TOKEN: 'd', OPENAI_API_KEY: 'e', GOOGLE_APPLICATION_CREDENTIALS: 'f' },
      ...{ CLAUDECODE: '1', CLAUDE_CODE_ENTRYPOINT: 'cli', CLAUDE_CODE_SSE_PORT: '1234' },
    };
    expect(claudeEnvironment(source)).toEqual({
      ...{
        PATH: '/bin',
        HOME: '/home/me',
        CLAUDE_CONFIG_DIR: '/claude',
        ANTHROPIC_API_KEY: 'a',
        DISABLE_TELEMETRY: '1',
      },
    });
  });

  it.each([
    ['CLAUDE_CODE_USE_BEDROCK', 'AWS_PROFILE'],
    ['CLAUDE_CODE_USE_VERTEX', 'GOOGLE_APPLICATION_CREDENTIALS'],
    ['CLAUDE_CODE_USE_VERTEX', 'CLOUD_ML_REGION'],
    ['CLAUDE_CODE_USE_FOUNDRY', 'AZURE_CLIENT_ID'],
  ])('has the credentials of a cloud only when told to use it: %s, %s', (use, name) => {
    expect(claudeEnvironment({ [use]: '1', [name]: 'x' })).toHaveProperty(name, 'x');
    expect(claudeEnvironment({ [use]: '0', [name]: 'x' })).not.toHaveProperty(name);
    expect(claudeEnvironment({ [name]: 'x' })).toEqual({});
  });

  it('keeps claude from staying alive, and lets it end an overlong command itself', () => {
    expect(unattendedSettings({}, 1234)).toMatchObject({
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      CLAUDE_CODE_MAX_RETRIES: '3',
      BASH_MAX_TIMEOUT_MS: '1234',
    });
    expect(unattendedSettings({ CLAUDE_CODE_MAX_RETRIES: '9' }, 1)).toMatchObject({ CLAUDE_CODE_MAX_RETRIES: '9' });
  });
});
