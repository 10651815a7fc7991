import type { Detected } from './detect.ts';

/** The script that decides what may land. Without anything to run it says so and fails: silence would let all land. */
export function validateScript({ checks }: Detected): string {
  return [
    '#!/usr/bin/env bash',
    '# Decides what may land: work lands only when this exits with 0.',
    '# It runs in a fresh working copy and is read from the commit the work started at, never from the work itself.',
    'set -euo pipefail',
    'cd "$(dirname "$0")/../.."',
    '',
    ...(checks.length > 0 ? checks : NOTHING_FOUND),
    '',
  ].join('\n');
}

/** What the script says when it checks nothing. */
export const CHECKS_NOTHING = 'scripts/backlog/validate.sh checks nothing yet.';

const NOTHING_FOUND = [
  `echo '${CHECKS_NOTHING}' >&2`,
  "echo 'Replace these lines by the commands that must pass before work may land, such as your tests.' >&2",
  'exit 1',
];
