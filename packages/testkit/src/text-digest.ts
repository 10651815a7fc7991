import { createHash } from 'node:crypto';

/** Different texts have different digests: 40 hexadecimal digits, as git's object names have. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
