import type { RunId } from '@backlog-runner/contracts';

/** `error`: a run would fail or lose time by it. `warning`: it may. `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note';

/** Something that `doctor --repair` can mend without losing anything. */
export type Repair =
  | { readonly kind: 'ignore-state' }
  | { readonly kind: 'write-prompt'; readonly path: string }
  | { readonly kind: 'write-task-schema' }
  | { readonly kind: 'make-executable'; readonly path: string }
  | { readonly kind: 'set-leases-aside' }
  | { readonly kind: 'end-processes'; readonly run: RunId }
  | { readonly kind: 'settle-landing' };

/** What is wrong, and what to do about it. */
export interface Finding {
  readonly severity: Severity;
  /** What part of the backlog it is about. */
  readonly about:
    | 'git'
    | 'config'
    | 'agents'
    | 'setup'
    | 'prompts'
    | 'validation'
    | 'specs'
    | 'inbox'
    | 'state'
    | 'disk';
  /** What is wrong and why, in one sentence; with file, line and column where it has a place. */
  readonly cause: string;
  /** The next command to type, or what to do by hand. */
  readonly next: string;
  readonly repair?: Repair;
}

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

/** The worst first; what is equally bad in the order it was found. */
export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  return ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}
