import type { RepoPath } from '@backlog-runner/contracts';
import { expect, it } from 'vitest';
import { specProblemLine } from './spec-problem-line.ts';

const path = 'backlog/tasks/x.yaml' as RepoPath;

it.each([
  [{ path, line: 3, column: 7, message: 'Wrong.' }, 'backlog/tasks/x.yaml:3:7: Wrong.'],
  [{ path, message: 'Two\nlines.' }, 'backlog/tasks/x.yaml: Two lines.'],
  [{ path: 'a\u001b[2J\nb.yaml' as RepoPath, message: 'Wrong.' }, 'a [2J b.yaml: Wrong.'],
])('a problem of a task file is one line that a terminal only shows', (problem, line) => {
  expect(specProblemLine(problem)).toBe(line);
});
