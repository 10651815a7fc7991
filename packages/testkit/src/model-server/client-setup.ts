import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type Agent = 'codex' | 'claude';

/**
 * Prepares a home in which the vendor's CLI talks to the model server, and returns the environment that leads there,
 * as a person would set it. Nothing of it is known to the provider packages.
 */
export async function prepareClient(agent: Agent, home: string, url: string): Promise<Record<string, string>> {
  const temporary = join(home, 'tmp');
  await mkdir(temporary, { recursive: true });
  const common = { HOME: home, USERPROFILE: home, TMPDIR: temporary };
  return { ...common, ...(agent === 'codex' ? await prepareCodex(home, url) : await prepareClaude(home, url)) };
}

async function prepareCodex(home: string, url: string) {
  const codexHome = join(home, 'codex');
  await mkdir(codexHome, { recursive: true });
  await writeFile(join(codexHome, 'config.toml'), codexConfig(url));
  return { CODEX_HOME: codexHome, MODEL_SERVER_KEY: 'not-a-real-key' };
}

const codexConfig = (url: string) => `model_provider = "model-server"

[model_providers.model-server]
name = "model-server"
base_url = "${url}/v1"
env_key = "MODEL_SERVER_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
`;

async function prepareClaude(home: string, url: string) {
  const configDirectory = join(home, 'claude');
  await mkdir(configDirectory, { recursive: true });
  return {
    CLAUDE_CONFIG_DIR: configDirectory,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'not-a-real-key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
}
