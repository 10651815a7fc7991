import type { Redact } from '@backlog-runner/contracts';

/** The same plain data with every text in it redacted. Keys stay. */
export function redactDeep<Value>(value: Value, redact: Redact): Value {
  return redacted(value, redact) as Value;
}

function redacted(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redacted(item, redact)]));
}
