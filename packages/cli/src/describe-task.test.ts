import { NO_TASK_HISTORY } from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, it } from 'vitest';
import { describeTask } from './describe-task.ts';

describe('describeTask', () => {
  it('says what the task says', () => {
    const task = taskFixture({
      id: 'greet',
      title: 'The README greets',
      description: 'Say hello.\n\nKindly.\n',
      acceptanceCriteria: ['It says hello.'],
      dependsOn: ['other'],
      touchPaths: ['README.md'],
      statusNotes: ['Tried once.'],
    });
    expect(describeTask(task, { status: 'runnable' }, NO_TASK_HISTORY)).toBe(
      `id:        greet
title:     The README greets
state:     ready
standing:  ready to run
priority:  normal
kind:      implementation
file:      backlog/tasks/greet.yaml

description:
  Say hello.
  
  Kindly.

acceptance criteria:
  - It says hello.

depends on:
  - other

touch paths:
  - README.md

notes:
  - Tried once.
`,
    );
  });

  it('lets no text of the task forge a line', () => {
    const task = taskFixture({ id: 'greet', title: 'x\nstate: done\u001b[2J', acceptanceCriteria: ['a\n\nnotes:'] });
    const text = describeTask(task, { status: 'runnable' }, NO_TASK_HISTORY);
    expect(text).toContain('title:     x state: done [2J\n');
    expect(text).toContain('  - a notes:\n');
    expect(text).not.toContain('\u001b');
  });
});
