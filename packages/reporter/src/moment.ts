const LATEST = 8.64e15;
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A moment as people and programs read it alike: `2026-01-01T08:30:00Z`. */
export function isoTime(at: number): string {
  return Math.abs(at) <= LATEST ? new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z') : 'an unknown time';
}

/** A span of time in its largest unit: `3 min`. */
export function span(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS[3];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}
