type Yaml = typeof import('yaml');
type Ajv = typeof import('ajv');

/** The YAML parser, needed only for files out of the ordinary. Importing it costs more than most commands do. */
export function yaml(): Yaml {
  return require('yaml');
}

/** Hashes, needed only for what is read or written anew. */
export function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}

/** Deep equality, needed only for edits. */
export function sameValue(left: unknown, right: unknown): boolean {
  return process.getBuiltinModule('node:util').isDeepStrictEqual(left, right);
}

/** The JSON Schema validator, needed only to explain what is wrong. */
export function ajv(): Ajv {
  return require('ajv');
}

function require(name: string) {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)(name);
}
