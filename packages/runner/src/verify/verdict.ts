/** What the records show of one promise. */
export interface Verdict {
  readonly promise: number;
  readonly title: string;
  readonly status: 'holds' | 'broken' | 'not-provable';
  /** How many facts were looked at. */
  readonly checked: number;
  /** What breaks the promise, one sentence each. */
  readonly findings: readonly string[];
  /** What looks odd and has an innocent explanation, or is under way. */
  readonly notes: readonly string[];
  /** What the records cannot show. */
  readonly limits: string;
}

export interface Evidence {
  readonly checked: number;
  readonly findings: readonly string[];
  readonly notes?: readonly string[];
}

export function verdict(
  promise: number,
  title: string,
  { checked, findings, notes = [] }: Evidence,
  limits: string,
): Verdict {
  return { promise, title, status: findings.length > 0 ? 'broken' : 'holds', checked, findings, notes, limits };
}
