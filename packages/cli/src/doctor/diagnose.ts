import type { DoctorFacts } from './facts.ts';
import { bySeverity, type Finding } from './finding.ts';
import { judgeAgents } from './judge-agents.ts';
import { judgeBacklog } from './judge-backlog.ts';
import { judgeCommands } from './judge-commands.ts';
import { judgeDisks } from './judge-disks.ts';
import { judgePrompts } from './judge-prompts.ts';
import { judgeRepository } from './judge-repository.ts';
import { judgeSetup } from './judge-setup.ts';
import { judgeState } from './judge-state.ts';

/** Everything that is wrong, the worst first. A healthy backlog has no findings. */
export function diagnose(facts: DoctorFacts): readonly Finding[] {
  return bySeverity([
    ...judgeRepository(facts),
    ...judgeSetup(facts),
    ...judgeAgents(facts),
    ...judgeCommands(facts),
    ...judgePrompts(facts),
    ...judgeBacklog(facts),
    ...judgeState(facts),
    ...judgeDisks(facts),
  ]);
}
