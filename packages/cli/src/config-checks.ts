import type { ValidateFunction } from 'ajv';
import { configAjv } from './config-ajv.ts';
import { CONFIG_SCHEMA, TOOL_OPTIONS } from './config-schema.ts';

const ajv = configAjv();

/**
 * Whether a value has the form of a config, or of the options of a built-in agent. Called with `CONFIG_KEYWORDS` as
 * `this`. In the built program this file is what `scripts/config-checks-code.ts` makes of it, and nothing is compiled.
 */
export const config: ValidateFunction = ajv.compile(CONFIG_SCHEMA);
export const codex: ValidateFunction = ajv.compile(TOOL_OPTIONS.codex);
export const claude: ValidateFunction = ajv.compile(TOOL_OPTIONS.claude);
