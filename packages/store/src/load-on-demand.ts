import { createRequire } from 'node:module';

type Yaml = typeof import('yaml');
type Ajv = typeof import('ajv');

/** The YAML parser, needed only for files out of the ordinary. Importing it costs more than most commands do. */
export function yaml(): Yaml {
  return createRequire(import.meta.url)('yaml');
}

/** Hashes, needed only for what is read or written anew. */
export function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** The JSON Schema validator, needed only to explain what is wrong. */
export function ajv(): Ajv {
  return createRequire(import.meta.url)('ajv');
}
