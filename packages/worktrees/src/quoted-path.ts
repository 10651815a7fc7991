import { Buffer } from 'node:buffer';

const ESCAPES: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  t: 0x09,
  n: 0x0a,
  v: 0x0b,
  f: 0x0c,
  r: 0x0d,
  '"': 0x22,
  '\\': 0x5c,
};

/**
 * The bytes of a path as git prints it with `core.quotePath`: unusual characters escaped, the whole in double quotes.
 * Only this form brings names that are not UTF-8 through text unharmed.
 */
export function unquotePath(printed: string): Buffer {
  if (!printed.startsWith('"')) return Buffer.from(printed);
  const pieces = printed.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gs);
  return Buffer.concat(
    [...pieces].map(([, octal, letter, plain]) => {
      if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
      if (letter !== undefined) return Buffer.of(ESCAPES[letter] ?? letter.charCodeAt(0));
      return Buffer.from(plain ?? '');
    }),
  );
}

/** A path in the form git reads in text, whatever its bytes are: every one of them escaped. */
export function quotePath(path: Buffer): string {
  return `"${[...path].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`;
}
