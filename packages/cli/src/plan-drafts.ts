import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BacklogError, type PlanProposal, type System } from '@backlog-runner/contracts';
import { suggest } from './suggest.ts';

/** Plans that wait for a person, one file each in `.backlog-runner/plans/`. */
export interface PlanDrafts {
  save(proposal: PlanProposal): void;
  /** The plans there are, by id. */
  list(): readonly PlanProposal[];
  /** The plan of this id, or the only one there is. Throws `USAGE` when that is not one plan. */
  find(typed: string | undefined): PlanProposal;
  remove(proposal: PlanProposal): void;
}

export function planDrafts(stateDirectory: string, system: System): PlanDrafts {
  const directory = join(stateDirectory, 'plans');
  const fileOf = ({ inquiry }: PlanProposal) => join(directory, `${inquiry}.json`);
  const list = (): readonly PlanProposal[] =>
    storing(directory, () => {
      mkdirSync(directory, { recursive: true });
      const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
      return names.sort().map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as PlanProposal);
    });
  return {
    save(proposal) {
      const file = fileOf(proposal);
      const draft = `${file}.${system.token(8)}.new`;
      storing(file, () => {
        mkdirSync(directory, { recursive: true });
        writeFileSync(draft, `${JSON.stringify(proposal, undefined, 2)}\n`);
        renameSync(draft, file);
      });
    },
    list,
    find(typed) {
      const plans = list();
      const [only] = plans;
      const found = typed === undefined && plans.length === 1 ? only : plans.find(({ inquiry }) => inquiry === typed);
      if (found) return found;
      throw notOne(
        typed,
        plans.map(({ inquiry }) => inquiry),
      );
    },
    remove(proposal) {
      storing(fileOf(proposal), () => rmSync(fileOf(proposal), { force: true }));
    },
  };
}

function notOne(typed: string | undefined, ids: readonly string[]): BacklogError {
  const meant = typed === undefined ? undefined : (ids.find((id) => id.startsWith(typed)) ?? suggest(typed, ids));
  const message = typed === undefined ? 'There is not exactly one plan.' : `There is no plan \`${typed}\`.`;
  const hint =
    ids.length === 0
      ? 'Type `backlog-runner plan --review` to have one made.'
      : meant
        ? `Did you mean \`${meant}\`?`
        : `Name one of ${ids.join(', ')}.`;
  return new BacklogError('USAGE', message, { hint });
}

function storing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BacklogError('STORAGE_FAILED', `${path} could not be read or written: ${reason}`, {
      details: { path },
      cause,
    });
  }
}
