import type { DoctorFacts, PromptFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** Longer texts are cut before an agent reads them, or cost more than they are worth. */
const LONGEST = 20_000;

/** Whether the files that agents are asked with are there, can be read, and say something. */
export function judgePrompts({ prompts }: DoctorFacts): readonly Finding[] {
  return prompts.flatMap(judgePrompt);
}

function judgePrompt({ path, use, text, isUtf8 }: PromptFacts): readonly Finding[] {
  const isManaged = use === 'managed';
  const repair = isManaged ? { repair: { kind: 'write-prompt', path } as const } : {};
  const severity = isManaged ? 'warning' : 'error';
  const about = 'prompts';
  if (text === undefined) {
    const cause = isManaged
      ? `There is no ${path}, which ${WHAT[path] ?? 'agents read'}.`
      : `There is no ${path}, which a pass of the config asks its agent.`;
    return [{ severity, about, cause, next: isManaged ? 'npx backlog-runner init' : `Write ${path}.`, ...repair }];
  }
  if (!isUtf8) {
    const cause = `${path} is not text in UTF-8.`;
    return [{ severity: 'error', about, cause, next: `Save ${path} as UTF-8.` }];
  }
  if (text.trim() === '') {
    return [
      { severity, about, cause: `${path} is empty.`, next: `Write ${path}, or git checkout -- ${path}`, ...repair },
    ];
  }
  const line = text.split(/\r?\n/).findIndex((row) => /^(<{7} |>{7} |={7}$)/.test(row)) + 1;
  if (line > 0) {
    const cause = `${path}:${line}:1: a merge left its conflict marks.`;
    return [{ severity: 'error', about, cause, next: `Correct ${path}.` }];
  }
  if (text.length <= LONGEST) return [];
  const cause = `${path} has ${text.length} characters; agents read ${isManaged ? 'it before every task' : 'all of it'}, and after ${LONGEST} it may be cut.`;
  return [{ severity: 'warning', about, cause, next: `Shorten ${path}.` }];
}

const WHAT: Readonly<Record<string, string>> = {
  'scripts/backlog/agent.md': 'tells agents how to work here',
  'scripts/backlog/planner.md': 'tells the planner what a good task is here',
  'scripts/backlog/patterns.md': 'tells agents what earlier work taught',
};
