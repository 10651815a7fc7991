import { type CodexEnvironment, codexEnvironment } from './environment.ts';
import type { Setup } from './options.ts';
import { codexHome, readUserConfig } from './user-config.ts';

export interface VendorSetup {
  /** Where codex keeps its config, sign-in and sessions. */
  readonly home: string;
  /** See `UserConfig`. */
  readonly hasOwnProvider: boolean;
  readonly environment: CodexEnvironment;
}

/** What the user has set up for codex, as of now. */
export async function vendorSetup({ environment: source, extraConfig }: Setup): Promise<VendorSetup> {
  const home = codexHome(source);
  const config = await readUserConfig(home, extraConfig);
  return { home, hasOwnProvider: config.hasOwnProvider, environment: codexEnvironment(source, config) };
}
