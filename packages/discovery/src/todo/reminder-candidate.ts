import type { ProposedCandidate } from '@backlog-runner/contracts';
import { oneLine } from '../marked-data.ts';
import type { Reminder } from './find-reminders.ts';

/** Reminders of one file that are no further apart are one piece of work. */
const CLOSE = 10;
const LONGEST_TITLE = 120;

/** One candidate for each reminder, or for those that stand close together. What is broken comes first. */
export function candidatesFrom(reminders: readonly Reminder[]): readonly ProposedCandidate[] {
  return grouped(reminders)
    .map(candidateFrom)
    .sort((left, right) => Number(left.priority === 'low') - Number(right.priority === 'low'));
}

function grouped(reminders: readonly Reminder[]): readonly (readonly Reminder[])[] {
  const groups: Reminder[][] = [];
  let last: Reminder | undefined;
  for (const reminder of reminders) {
    const isClose = last !== undefined && last.path === reminder.path && reminder.line - last.line <= CLOSE;
    const group = isClose ? groups.at(-1) : undefined;
    if (group) group.push(reminder);
    else groups.push([reminder]);
    last = reminder;
  }
  return groups;
}

function candidateFrom(group: readonly Reminder[]): ProposedCandidate {
  const [{ path, word, text } = { path: '', word: '', text: '' }] = group;
  const what = group.length === 1 ? `the ${word} in ${path}` : `${group.length} reminders in ${path}`;
  const lines = group.map((reminder) => `- ${path}:${reminder.line} ${reminder.word}: ${oneLine(reminder.text, 400)}`);
  return {
    title: oneLine(`Resolve ${what}: ${text}`, LONGEST_TITLE),
    description: ['Comments in the code say that something is still to be done:', '', ...lines].join('\n'),
    priority: group.some((reminder) => reminder.word === 'FIXME') ? 'normal' : 'low',
    touch_paths: [path],
    acceptance_criteria: [
      group.length === 1
        ? 'What the comment asks for is done, and the comment is gone.'
        : 'What each of the comments asks for is done, and the comments are gone.',
    ],
  };
}
