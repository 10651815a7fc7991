import type { InquiryId } from '@backlog-runner/contracts';

// The names under which looks are remembered, beside tasks: those have no slash.

export const PLANNING = 'look/plan';

export function passKey(id: string): string {
  return `pass/${id}`;
}

export function heldPlanKey(inquiry: InquiryId): string {
  return `plan/${inquiry}`;
}
