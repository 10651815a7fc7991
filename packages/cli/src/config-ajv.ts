import { _, Ajv, type CodeOptions } from 'ajv';
import { CONFIG_KEYWORDS } from './config-keywords.ts';

/** Compiles the schemas of a config to functions that find our own keywords in their `this`. */
export function configAjv(code: CodeOptions = {}): Ajv {
  const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, passContext: true, code });
  for (const keyword of Object.keys(CONFIG_KEYWORDS)) {
    ajv.addKeyword({ keyword, code: (context) => context.fail(_`!this[${keyword}](${context.data})`) });
  }
  return ajv;
}
