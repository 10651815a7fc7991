/** Node's cryptography, when it is needed: importing it costs more than a command that only reads. */
export function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
