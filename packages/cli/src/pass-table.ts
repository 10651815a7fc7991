import { acceptanceRate, type EpochMs, type History, originOf } from '@backlog-runner/contracts';
import { paceOf } from '@backlog-runner/runner';
import type { PassSettings, Settings } from './settings.ts';

/** One pass as `pass list` tells it. Times are ISO 8601. */
export interface PassRow {
  readonly id: string;
  readonly state: 'enabled' | 'disabled';
  readonly trigger: PassSettings['trigger'];
  readonly description: string;
  readonly everyMs: number;
  /** The time between two turns as it is now: longer the less is admitted. */
  readonly paceMs: number;
  readonly turns: number;
  readonly lastTurn: string | null;
  readonly admitted: number;
  readonly rejected: number;
  /** Of the newest candidates. Null: it has proposed none. */
  readonly acceptanceRate: number | null;
  /** The newest refusals, newest first. */
  readonly rejections: readonly { readonly title: string; readonly reason: string }[];
}

const MOST_REJECTIONS = 3;

export function passRows(
  { passes, isDiscovering }: Settings,
  history: History,
  rejections: Rejections,
): readonly PassRow[] {
  return passes.map((pass) => {
    const { id, isEnabled, trigger, description, everyMs } = pass;
    const records = history.admissions.get(originOf({ type: 'pass', passId: id })) ?? [];
    const admitted = records.filter(({ isAdmitted }) => isAdmitted).length;
    const past = history.passes.get(id);
    return {
      ...{ id, state: isDiscovering && isEnabled ? 'enabled' : 'disabled', trigger, description, everyMs },
      paceMs: paceOf(pass, history),
      turns: past?.turns ?? 0,
      lastTurn: past?.endedAt === undefined ? null : iso(past.endedAt),
      ...{ admitted, rejected: records.length - admitted },
      acceptanceRate: acceptanceRate(records) ?? null,
      rejections: (rejections.get(id) ?? []).slice(-MOST_REJECTIONS).reverse(),
    };
  });
}

/** By pass, oldest first. */
export type Rejections = ReadonlyMap<string, readonly { readonly title: string; readonly reason: string }[]>;

function iso(at: EpochMs): string {
  return new Date(at).toISOString();
}

/** `12h`, `90m`. */
export function shortSpan(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 24 && Number.isInteger(hours / 24)) return `${hours / 24}d`;
  return Number.isInteger(hours) ? `${hours}h` : `${Math.round(ms / 60_000)}m`;
}
