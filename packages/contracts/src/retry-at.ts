import type { EpochMs } from './ids.ts';

/**
 * Reads from a vendor's message until when it asks to wait: `try again in 1m 30s`, `retry-after: 60`, `try again at
 * 6:52 AM`, `resets Oct 7, 5pm`. Clock times are local and mean their next occurrence. Undefined when it does not say.
 */
export function retryAtIn(message: string, now: EpochMs): EpochMs | undefined {
  return afterDuration(message, now) ?? atClockTime(message, now);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const AMOUNT =
  /(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)(?![a-z])/gi;
const DURATION = new RegExp(`\\b(?:in|after|for)\\s+((?:(?:${AMOUNT.source})[\\s,and]*)+)`, 'i');
const BARE_SECONDS = /\bretry[- ]after[:=]?\s*(\d+(?:\.\d+)?)(?![\d.]*\s*[a-z])/i;

function afterDuration(message: string, now: EpochMs): EpochMs | undefined {
  const seconds = BARE_SECONDS.exec(message)?.[1];
  if (seconds !== undefined) return later(now, Number(seconds) * 1000);
  const duration = DURATION.exec(message)?.[1];
  if (duration === undefined) return undefined;
  const amounts = Array.from(duration.matchAll(AMOUNT), ([, amount, unit = '']) => Number(amount) * unitMs(unit));
  return later(
    now,
    amounts.reduce((sum, ms) => sum + ms, 0),
  );
}

function unitMs(unit: string): number {
  const name = unit.toLowerCase();
  return (/^(ms|milli)/.test(name) ? UNITS.ms : UNITS[name.charAt(0)]) ?? 0;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATE = `(?:(?<month>${MONTHS.join('|')})[a-z]*\\.?\\s+(?<day>\\d{1,2})(?:st|nd|rd|th)?,?\\s+(?:(?<year>\\d{4}),?\\s+)?(?:at\\s+)?)?`;
const TIME = '(?<hour>\\d{1,2})(?::(?<minute>\\d{2}))?(?:\\s*(?<half>[ap])\\.?m\\b)?';
const CLOCK_TIME = new RegExp(`\\b(?:at|resets?|until)\\s+(?:at\\s+)?${DATE}${TIME}`, 'i');

const MINUTE_MS = 60_000;
/** A vendor that names a minute means any moment of it, and clocks differ: such a time is not tomorrow's. */
const JUST_PAST_MS = 10 * MINUTE_MS;

function atClockTime(message: string, now: EpochMs): EpochMs | undefined {
  const { month, day, year, hour, minute, half } = CLOCK_TIME.exec(message)?.groups ?? {};
  if (hour === undefined || (minute === undefined && half === undefined)) return undefined;
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  if (hours > 23 || Number(minute ?? 0) > 59) return undefined;
  const date = new Date(now);
  if (month !== undefined) {
    date.setFullYear(Number(year ?? date.getFullYear()), MONTHS.indexOf(month.toLowerCase()), Number(day));
  }
  date.setHours(hours, Number(minute ?? 0), 0, 0);
  const past = now - date.getTime();
  if (past >= 0 && past < JUST_PAST_MS) return past < MINUTE_MS ? later(now, MINUTE_MS - past) : undefined;
  if (date.getTime() <= now && year === undefined) {
    if (month === undefined) date.setDate(date.getDate() + 1);
    else date.setFullYear(date.getFullYear() + 1);
  }
  return date.getTime() > now ? (date.getTime() as EpochMs) : undefined;
}

const later = (now: EpochMs, ms: number) => (now + Math.ceil(ms)) as EpochMs;
