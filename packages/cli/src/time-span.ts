const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time such as `30m`, `12h` or `7d` in milliseconds. Undefined when it is none. */
export function parseTimeSpan(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})\s*([mhd])$/.exec(text.trim()) ?? [];
  const unitMs = unit === undefined ? undefined : UNITS[unit];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}
