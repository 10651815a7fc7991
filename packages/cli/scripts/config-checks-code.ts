import standalone from 'ajv/dist/standalone/index.js';
import type { Options } from 'tsup';
import { configAjv } from '../src/config-ajv.ts';
import { CONFIG_SCHEMA, TOOL_OPTIONS } from '../src/config-schema.ts';

/** The module `src/config-checks.ts` with its functions compiled: to load ajv and compile them costs a run 100 ms. */
export function configChecksCode(): string {
  const ajv = configAjv({ source: true, esm: true });
  const schemas = { config: CONFIG_SCHEMA, ...TOOL_OPTIONS };
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name);
  return standalone.default(ajv, Object.fromEntries(Object.keys(schemas).map((name) => [name, name])));
}

/** Builds that module in place of the one that compiles. */
export const configChecksCompiled: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'config-checks-compiled',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]config-checks\.ts$/ }, () => ({ contents: configChecksCode(), loader: 'js' }));
  },
};
