import {
  acceptanceRate,
  type History,
  type Lease,
  originOf,
  type PassHistory,
  type TaskId,
} from '@backlog-runner/contracts';
import { compareText } from './order.ts';
import { name, type Phrase, phrase, quote } from './phrase.ts';
import { lookPhrase } from './phrases.ts';
import type { LookLine, PassLine } from './report-view.ts';

/** The looks whose runner still holds what they are about. */
export function lookLines({ inquiries }: History, leases: readonly Lease[]): readonly LookLine[] {
  return [...inquiries.values()]
    .flatMap(({ inquiry, about, fence, startedAt, provider, model, lastEvent }) => {
      const lease = leases.find((each) => each.fence === fence);
      if (!lease) return [];
      const agent = { ...(provider === undefined ? {} : { provider }), ...(model === undefined ? {} : { model }) };
      return [{ inquiry, about, holder: lease.holder, since: startedAt, ...agent, lastEvent }];
    })
    .sort((left, right) => compareText(left.inquiry, right.inquiry));
}

/** What every pass has come to. */
export function passLines({ passes, admissions }: History): readonly PassLine[] {
  const heard = [...admissions.keys()].flatMap((origin) => (origin.startsWith('pass/') ? [origin.slice(5)] : []));
  return [...new Set([...passes.keys(), ...heard])].sort(compareText).map((id) => {
    const records = admissions.get(originOf({ type: 'pass', passId: id })) ?? [];
    const admitted = records.filter(({ isAdmitted }) => isAdmitted).length;
    const rate = acceptanceRate(records);
    return {
      ...{ id, admitted, rejected: records.length - admitted },
      ...lastTurn(passes.get(id)),
      ...(rate === undefined ? {} : { acceptanceRate: rate }),
    };
  });
}

function lastTurn(past: PassHistory | undefined): Pick<PassLine, 'turns' | 'endedAt' | 'lastOutcome'> {
  const { turns = 0, endedAt, outcome } = past ?? {};
  return {
    turns,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(outcome ? { lastOutcome: lookPhrase(outcome) } : {}),
  };
}

/** Why a task is still vague, when the planner has looked at it. */
export function plannedReason(id: TaskId, { planner }: History): Phrase | undefined {
  for (const { proposal, reason } of planner.held.values()) {
    if (proposal.parents.some((parent) => parent.id === id)) return phrase`its plan is held: ${quote(reason)}`;
  }
  const past = planner.parents.get(id);
  if (past?.proposed !== undefined) return phrase`a plan for it waits to be accepted: ${name(past.proposed)}`;
  if (past?.left !== undefined) return phrase`left for a person: ${quote(past.left)}`;
  const last = past?.reasons.at(-1);
  return last === undefined ? undefined : phrase`the last plan for it was refused: ${quote(last)}`;
}
