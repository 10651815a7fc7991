import type { AgentRole } from '@backlog-runner/contracts';
import type { PassHeuristics } from '../pass-prompt.ts';
import { PASS_POLICIES } from './policies.ts';
import { hasCode, type RepositoryFacts } from './repository-facts.ts';

export interface RecommendedPass {
  readonly id: string;
  readonly description: string;
  readonly heuristics: PassHeuristics;
  /** Which of the configured agents suits it. Absent for a pass that asks none. */
  readonly role?: AgentRole;
  /** The policy to write to `scripts/backlog/passes/<id>.md`. Absent for a pass that asks no agent. */
  readonly prompt?: string;
  /** The shortest time between two runs. */
  readonly every: string;
  readonly maxCandidates: number;
  /** Why it is recommended here. */
  readonly because: string;
}

/** So few files hold no secret corners. */
const WORTH_SECURITY = 20;

/** The passes that are worth having in such a repository, the most useful first. */
export function recommend(facts: RepositoryFacts): readonly RecommendedPass[] {
  return RULES.flatMap((rule) => rule(facts) ?? []);
}

type Rule = (facts: RepositoryFacts) => RecommendedPass | undefined;

const RULES: readonly Rule[] = [
  (facts) =>
    hasCode(facts)
      ? {
          ...pass('failing-validation', 'Validation profiles that fail on what is committed', '6h', 3),
          because: 'nothing lands while the validation fails; asks no agent',
        }
      : undefined,
  (facts) =>
    hasCode(facts)
      ? {
          ...pass('todo-comments', 'TODO, FIXME and XXX comments', '1d', 5),
          because: 'what is marked in the code is wanted already; asks no agent',
        }
      : undefined,
  (facts) =>
    hasCode(facts)
      ? {
          ...agent('code-quality', 'Bugs and code that makes changes dangerous', facts.sourceDirectories),
          because: `there is ${mainLanguage(facts)} code`,
        }
      : undefined,
  (facts) =>
    hasCode(facts) && (facts.testFiles > 0 || facts.testFrameworks.length > 0)
      ? {
          ...agent('test-gaps', 'Behaviour that no test would notice breaking'),
          because: `tests are there${facts.testFrameworks.length > 0 ? ` (${facts.testFrameworks.join(', ')})` : ''}`,
        }
      : undefined,
  ({ uiDirectories }) =>
    uiDirectories.length > 0
      ? {
          ...agent('user-interface', 'Accessibility and forgotten states of what people see', uiDirectories, 'ui'),
          because: `${uiDirectories.slice(0, 3).join(', ')} ${uiDirectories.length === 1 ? 'holds' : 'hold'} a user interface`,
        }
      : undefined,
  (facts) =>
    hasCode(facts) && total(facts) >= WORTH_SECURITY
      ? {
          ...agent('security', 'Ways to do what one should not', facts.sourceDirectories),
          because: 'there is enough code to hide in',
        }
      : undefined,
  ({ docs }) =>
    docs.length > 0
      ? {
          ...agent('documentation', 'Documentation that misleads or is missing'),
          because: `${docs.slice(0, 3).join(', ')} can be wrong`,
        }
      : undefined,
  ({ workspaces }) =>
    workspaces.length > 1
      ? {
          ...agent('boundaries', 'How the workspaces depend on each other'),
          because: `there are ${workspaces.length} workspaces`,
        }
      : undefined,
  ({ packageManager }) =>
    packageManager === undefined
      ? undefined
      : { ...agent('dependencies', 'Unused, doubled and outdated dependencies'), because: `${packageManager} is used` },
  ({ ciFiles }) =>
    ciFiles.length > 0
      ? {
          ...agent('build-and-ci', 'How it is built, checked and released'),
          because: `${ciFiles.length === 1 ? ciFiles[0] : `${ciFiles.length} workflows`} can be better`,
        }
      : undefined,
];

const EVERYWHERE: PassHeuristics = { includePaths: [], excludePaths: [], capabilities: [] };

function pass(id: string, description: string, every: string, maxCandidates: number): Omit<RecommendedPass, 'because'> {
  return { id, description, heuristics: EVERYWHERE, every, maxCandidates };
}

function agent(
  id: string,
  description: string,
  includePaths: readonly string[] = [],
  role: AgentRole = 'discovery',
): Omit<RecommendedPass, 'because'> {
  const prompt = PASS_POLICIES[id];
  const heuristics = { ...EVERYWHERE, includePaths };
  return { ...pass(id, description, '7d', 5), heuristics, role, ...(prompt === undefined ? {} : { prompt }) };
}

function mainLanguage({ languages }: RepositoryFacts): string {
  return Object.keys(languages)[0] ?? '';
}

function total({ languages }: RepositoryFacts): number {
  return Object.values(languages).reduce((sum, count) => sum + count, 0);
}
