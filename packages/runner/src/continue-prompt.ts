import { bullets, markData } from './mark-data.ts';
import type { Continuation, Return } from './next-step.ts';

/** What the agent is told when its own session goes on. */
export function continuePrompt(about: Exclude<Continuation, { because: 'lost-session' }>): string {
  switch (about.because) {
    case 'interruption':
      return 'You were interrupted. The working copy is as you left it. Go on with the task where you were, then answer in the same form.';
    case 'validation':
      return refused(about.validation);
    case 'conflict':
      return conflicted(about.paths);
    case 'protected-paths':
      return tooFar(about.paths);
    case 'invalid-answer':
      return 'Your final answer was not in the promised form. Answer again: one JSON object that follows the schema, nothing else.';
  }
}

function refused({ findings }: Extract<Return, { because: 'validation' }>['validation']): string {
  return [
    'The project validation refused your work. Mend the cause, not the check, then answer again in the same form.',
    ...findings.map(({ command, exitCode, output }) =>
      ['', `\`${command}\` exited with ${exitCode} and printed:`, markData('output', output)].join('\n'),
    ),
  ].join('\n');
}

function conflicted(paths: readonly string[]): string {
  return [
    'Other work landed meanwhile and conflicts with yours. The working copy now holds both, with conflict markers in these files:',
    markData('paths', bullets(paths)),
    '',
    'Resolve the conflicts so that both intentions hold, remove all markers, check the result, then answer again in the same form.',
  ].join('\n');
}

function tooFar(paths: readonly string[]): string {
  return [
    'You changed files that this task may not change. Put them back exactly as they were:',
    markData('paths', bullets(paths)),
    '',
    'Then answer again in the same form; say "blocked" if the task cannot be done without them.',
  ].join('\n');
}
