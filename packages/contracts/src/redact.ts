/** Names of environment variables whose values are secrets. */
const SECRET_NAME = /(KEY(?!BOARD|RING)|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH(?!OR|_SOCK))/i;
/**
 * Secrets that show what they are: vendor API keys, GitHub tokens, AWS keys, JSON web tokens, private key blocks,
 * names and passwords in addresses.
 */
const SECRET_SHAPE =
  /\b(sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|AKIA[0-9A-Z]{16}|xox[abprs]-[A-Za-z0-9-]{10,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,})|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)|(?<=:\/\/)[^\s/:@]*:[^\s/@]+(?=@)/g;
/** Shorter values are words such as `true`, and replacing them would hide harmless text. */
const SHORTEST_SECRET = 8;

export type Redact = (text: string) => string;

/** Replaces what is secret, by the environment it is given or by its shape, with `[redacted]`. */
export function redactor(environment: Readonly<Record<string, string | undefined>>): Redact {
  const values = Object.entries(environment)
    .flatMap(([name, value]) => (value && SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET ? [value] : []))
    .sort((left, right) => right.length - left.length);
  return (text) =>
    values.reduce((masked, value) => masked.replaceAll(value, '[redacted]'), text).replace(SECRET_SHAPE, '[redacted]');
}
