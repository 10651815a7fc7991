import type { ReportInput } from '@backlog-runner/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullStory, lease, NOW, story, task } from '../test/story.ts';
import { markdownReport } from './markdown.ts';

const { render } = markdownReport();

/** Any text, and often text that means something to Markdown, HTML or GitHub. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        ...['\n', '\r\n', '\u2028', '\t', ' ', '# ', '- ', '1. ', '> ', '```', '`', '``', '|', '---', '***', '_', '__'],
        ...[
          '<b>',
          '<!--',
          '-->',
          '</details>',
          '&lt;',
          '[x](http://e.org)',
          '![i](u)',
          '[ ]',
          '[^1]',
          '\\',
          '\\`',
          '~~',
        ],
        ...[
          '@octocat',
          '#12',
          'www.e.org',
          'https://e.org',
          '<https://e.org>',
          'a@b.org',
          '$x$',
          '\u001b[31m',
          '\u202e',
        ],
        ...['word', 'a_b', '_www.e.org', 'é', '👩‍👧'],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

describe('backlog.md', () => {
  it('tells the whole story', () => {
    expect(render(fullStory())).toMatchInlineSnapshot(`
      "# Backlog

      This file is written by \`backlog-runner sync\` and \`backlog-runner start\` from the files in \`backlog/\`. Changes made here are lost.

      ## Needs a person (4)

      - \`codex\` cannot run: 401; type codex login
      - **Do held1** \`held1\`: landing is held: these files in your checkout are in the way: \`notes.txt\` (it would be overwritten)
      - **Do stuck1** \`stuck1\`: \`nowhere\` does not exist: fix depends_on in \`backlog/tasks/stuck1.yaml\`
      - **Do stuck2** \`stuck2\`: \`broken1\` cannot be read: fix \`backlog/tasks/broken1.yaml\`

      ## Running (2)

      - **Do claimed1** \`claimed1\`: claimed 2026-01-01T11:58:30Z
      - **Do running1** \`running1\`: \`codex\` with \`gpt-5.4\` since 2026-01-01T11:59:00Z, try 1

      ## Ready (2)

      - **Do ready1** \`ready1\` (high)
      - **Do tried1** \`tried1\` — 1 try used, last: refused: 3 tests fail

      ## Waiting (4)

      - \`claude\` rests until 2026-01-01T12:01:00Z: too many requests
      - **Do deferred1** \`deferred1\`: deferred until 2026-01-01T13:00:00Z: the second try failed
      - **Do overlap1** \`overlap1\`: waits for \`running1\`, which has the path \`src/running1\`
      - **Do waiting1** \`waiting1\`: waits for \`ready1\` (ready)

      ## Failed (1)

      - **Do failed1** \`failed1\`: the tests never passed

      ## Broken files (1)

      - \`backlog/tasks/broken1.yaml\` line 3, column 7: state "redy" is none of ready, …

      ## Planned (2)

      - **Do planned1** \`planned1\`
      - **Do vague1** \`vague1\`: left for a person: 2 plans for it came to nothing

      ## Landed (2)

      - **Do done1** \`done1\` \`abcdef0123\`
      - **Do done2** \`done2\`

      ## Superseded (1)

      - **Do superseded1** \`superseded1\`
      "
    `);
  });

  it('of no tasks says so', () => {
    expect(render(story({}))).toContain('There are no tasks.');
  });

  it('does not change while time passes and nothing happens', () => {
    const input = fullStory();
    const later = { ...input, now: (input.now + 30_000) as ReportInput['now'] };
    const renewed = input.leases.map((held) => ({
      ...held,
      expiresAt: (held.expiresAt + 30_000) as ReportInput['now'],
    }));
    expect(render({ ...later, leases: renewed })).toBe(render(input));
  });

  it('lists the newest landed tasks and counts the rest', () => {
    const tasks = Array.from({ length: 60 }, (_, index) =>
      task(`t${index}`, { state: 'done', updatedAt: new Date(NOW + index).toISOString() }),
    );
    const text = render(story({ tasks }));
    expect(text).toContain('## Landed (60)\n\n- **Do t59** `t59`');
    expect(text).toContain('**Do t10** `t10`\n- and 10 before these\n');
    expect(markdownReport({ landed: 1 }).render(story({ tasks }))).toContain('- and 59 before these');
  });

  it('is the same for the same backlog in any order', () => {
    const input = fullStory();
    const { backlog, history, leases } = input;
    const expected = render(input);
    fc.assert(
      fc.property(
        shuffled(backlog.tasks),
        shuffled(leases),
        shuffled([...history.tasks]),
        shuffled([...history.providers]),
        (tasks, shuffledLeases, histories, providers) => {
          const shuffledInput = {
            ...input,
            backlog: { ...backlog, tasks },
            leases: shuffledLeases,
            history: { ...history, tasks: new Map(histories), providers: new Map(providers) },
          };
          return render(shuffledInput) === expected;
        },
      ),
    );
  });

  it('has no markup but its own, whatever the texts of tasks, notes, events and files say', () => {
    const calm = skeleton(render(hostileStory('calm')));
    fc.assert(
      fc.property(hostile, (text) => {
        const report = render(hostileStory(text));
        expect(skeleton(report)).toEqual(calm);
        expect(report).toBe(render(hostileStory(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('stays small however long the texts are', () => {
    expect(render(hostileStory('long '.repeat(100_000))).length).toBeLessThan(10_000);
  });
});

function hostileStory(text: string): ReportInput {
  return story({
    tasks: [
      task('task-a', { title: text, dependsOn: [text], path: text }),
      task('task-b', { title: text, state: 'failed', statusNotes: [text] }),
      task('task-c', { title: text, touchPaths: [`x/${text}`] }),
      task('task-d', { title: text, state: 'done' }),
      task('task-e', { title: text }),
      task('task-f', { title: text, state: 'planned' }),
    ],
    problems: [{ path: text, line: 1, message: text }],
    leases: [lease(1, 'task/task-e', `path/x/${text}`)],
    events: [
      { type: 'provider.paused', provider: text, until: NOW + 1, reason: text },
      { type: 'task.landed', task: 'task-d', attempt: 'task-d.1', commit: text, branch: text },
      {
        type: 'attempt.started',
        attempt: 'task-e.1',
        task: 'task-e',
        fence: 1,
        tryNumber: 1,
        role: 'code',
        provider: text,
        model: text,
        base: 'b',
        question: 'q',
      },
    ],
  });
}

/** What Markdown makes of the text: each line's own markup, with every escaped character and code taken as a word. */
function skeleton(markdown: string): readonly string[] {
  return markdown.split('\n').map((line) => {
    expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
    const own = line.replace(/\\[\\`*_[\]<>&~|$]|(`+)(?!`).*?[^`]\1(?!`)/g, (_match, fence) => (fence ? 'C' : 'w'));
    expect(own).not.toMatch(/`|<|>|\[|\]|&|~|\||\$|:\/\/|www\.|@[\p{L}\p{N}]|#\d/u);
    const marks = own.replace(/(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}])/gu, 'w');
    expect(marks).not.toContain('_');
    return [marks.match(/^(# |## |- )?/)?.[0], marks.match(/\*+/g)?.join(' '), marks.match(/C/g)?.length].join('/');
  });
}

function shuffled<Item>(items: readonly Item[]): fc.Arbitrary<Item[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
}
