import { describe, expect, it } from 'vitest';
import { fullStory, lease, NOW, story, task } from '../test/story.ts';
import { project } from './project.ts';
import { statusJson } from './status-json.ts';
import { statusText, wrap } from './status-text.ts';

describe('what status prints', () => {
  it('tells counts, what runs and what waits for what', () => {
    expect(statusText(project(fullStory()))).toMatchInlineSnapshot(`
      "3 needs a person, 2 running, 2 ready, 3 waiting, 1 failed, 2 planned, 2 landed, 1 superseded, 1 broken

      Needs a person
        \`codex\` cannot run: 401; type codex login
        held1  Do held1: landing is held: these files in your checkout are in the way: \`notes.txt\` (it would be overwritten)
        stuck1  Do stuck1: \`nowhere\` does not exist: fix depends_on in \`backlog/tasks/stuck1.yaml\`
        stuck2  Do stuck2: \`broken1\` cannot be read: fix \`backlog/tasks/broken1.yaml\`

      Running
        claimed1  Do claimed1: claimed 1 min ago
        running1  Do running1: codex gpt-5.4, try 1, for 59 s since 2026-01-01T11:59:00Z; last: edited src/running1/a.ts, 59 s ago

      Looking
        pass todo: for 59 s since 2026-01-01T11:59:00Z; last: started, 59 s ago
        planning planned1: claude, for 59 s since 2026-01-01T11:59:00Z; last: reads src, 59 s ago

      Ready
        ready1  Do ready1 (high)
        tried1  Do tried1 [1 try used, last: refused: 3 tests fail]

      Waiting
        \`claude\` rests until 2026-01-01T12:01:00Z: too many requests
        deferred1  Do deferred1: deferred until 2026-01-01T13:00:00Z: the second try failed
        overlap1  Do overlap1: waits for \`running1\`, which has the path \`src/running1\`
        waiting1  Do waiting1: waits for \`ready1\` (ready)

      Failed
        failed1  Do failed1: the tests never passed

      Broken files
        backlog/tasks/broken1.yaml:3:7: state "redy" is none of ready, …

      Runners
        run1: desk, lands on main, 2 workers, for 1 min

      Leases
        7: runner/run1, held by run1 for 20 s more
        41: path/src/running1 task/running1, held by run1 for 20 s more
        42: path/src/claimed1 task/claimed1, held by run1 for 20 s more
        43: task/planned1, held by run1 for 20 s more
        44: pass/todo, held by run1 for 20 s more
      "
    `);
  });

  it('tells everything when asked for everything', () => {
    const text = statusText(project(fullStory()), { verbose: true });
    for (const id of ['planned1', 'done1', 'done2', 'superseded1']) expect(text).toContain(`  ${id}  `);
  });

  it('of no tasks says so', () => {
    expect(statusText(project(story({})))).toBe('There are no tasks.\n');
  });

  it('cuts long lists unless asked for everything', () => {
    const view = project(story({ tasks: Array.from({ length: 30 }, (_, index) => task(`t${index}`)) }));
    expect(statusText(view)).toContain('and 20 more (--verbose)');
    expect(statusText(view, { verbose: true })).not.toContain('more (--verbose)');
  });

  it('needs no more of a view than it shows', () => {
    const tasks = Array.from({ length: 30 }, (_, index) => task(`t${index}`, index % 2 ? { dependsOn: ['t0'] } : {}));
    const input = story({ tasks });
    expect(statusText(project(input, { short: true }))).toBe(statusText(project(input)));
    const full = fullStory();
    expect(statusText(project(full, { short: true }))).toBe(statusText(project(full)));
  });

  it('breaks lines between words to fit', () => {
    const [, ...lines] = statusText(project(fullStory()), { width: 60 }).split('\n');
    expect(lines.filter((line) => line.length > 60 && /\S \S/.test(line.trim()))).toEqual([]);
  });

  it('paints titles only with the painter it is given', () => {
    const text = statusText(project(fullStory()), { color: (style, words) => `<${style}>${words}</>` });
    expect(text).toContain('\n<red>Needs a person</>\n');
  });

  it('brings no sign to the terminal that is not visible', () => {
    const title = 'a\u001b[31m\u0007\u202eb\nc';
    const text = statusText(project(story({ tasks: [task('x', { title })] })), { verbose: true });
    expect(text).toContain('x  a [31m b c\n');
  });
});

it.each([
  ['one two three', 9, ['  one two', '    three']],
  ['one two', 80, ['  one two']],
  ['averylongword b', 6, ['  averylongword', '    b']],
])('%s in %d columns is %j', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

describe('the status for programs', () => {
  const json = statusJson(project(fullStory()));

  it('survives JSON unchanged', () => {
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  it('has the keys the README names', () => {
    expect(json).toMatchInlineSnapshot(`
      {
        "broken": [
          {
            "column": 7,
            "line": 3,
            "message": "state "redy" is none of ready, …",
            "path": "backlog/tasks/broken1.yaml",
          },
        ],
        "counts": {
          "broken": 1,
          "failed": 1,
          "landed": 2,
          "needsPerson": 3,
          "planned": 2,
          "ready": 2,
          "running": 2,
          "superseded": 1,
          "waiting": 3,
        },
        "failed": [
          {
            "id": "failed1",
            "path": "backlog/tasks/failed1.yaml",
            "priority": "normal",
            "reason": "the tests never passed",
            "title": "Do failed1",
          },
        ],
        "landed": [
          {
            "at": "2026-01-01T11:59:00Z",
            "branch": "refs/heads/main",
            "commit": "abcdef0123456789",
            "id": "done1",
            "path": "backlog/tasks/done1.yaml",
            "priority": "normal",
            "title": "Do done1",
          },
          {
            "at": null,
            "branch": null,
            "commit": null,
            "id": "done2",
            "path": "backlog/tasks/done2.yaml",
            "priority": "normal",
            "title": "Do done2",
          },
        ],
        "leases": [
          {
            "expiresAt": "2026-01-01T12:00:20Z",
            "fence": 7,
            "grantedAt": "2026-01-01T11:58:30Z",
            "holder": "run1",
            "resources": [
              "runner/run1",
            ],
          },
          {
            "expiresAt": "2026-01-01T12:00:20Z",
            "fence": 41,
            "grantedAt": "2026-01-01T11:58:30Z",
            "holder": "run1",
            "resources": [
              "path/src/running1",
              "task/running1",
            ],
          },
          {
            "expiresAt": "2026-01-01T12:00:20Z",
            "fence": 42,
            "grantedAt": "2026-01-01T11:58:30Z",
            "holder": "run1",
            "resources": [
              "path/src/claimed1",
              "task/claimed1",
            ],
          },
          {
            "expiresAt": "2026-01-01T12:00:20Z",
            "fence": 43,
            "grantedAt": "2026-01-01T11:58:30Z",
            "holder": "run1",
            "resources": [
              "task/planned1",
            ],
          },
          {
            "expiresAt": "2026-01-01T12:00:20Z",
            "fence": 44,
            "grantedAt": "2026-01-01T11:58:30Z",
            "holder": "run1",
            "resources": [
              "pass/todo",
            ],
          },
        ],
        "looks": [
          {
            "agent": null,
            "holder": "run1",
            "inquiry": "pass-todo.44",
            "kind": "pass",
            "lastEvent": {
              "at": "2026-01-01T11:59:00Z",
              "text": "started",
            },
            "model": null,
            "pass": "todo",
            "since": "2026-01-01T11:59:00Z",
          },
          {
            "agent": "claude",
            "holder": "run1",
            "inquiry": "planned1.43",
            "kind": "plan",
            "lastEvent": {
              "at": "2026-01-01T11:59:00Z",
              "text": "reads src",
            },
            "model": null,
            "parents": [
              "planned1",
            ],
            "since": "2026-01-01T11:59:00Z",
          },
        ],
        "needsPerson": [
          {
            "id": "held1",
            "lastResult": null,
            "path": "backlog/tasks/held1.yaml",
            "priority": "normal",
            "reasons": [
              {
                "kind": "landing-held",
                "paths": [
                  "notes.txt",
                ],
                "reason": "it would be overwritten",
                "sentence": "landing is held: these files in your checkout are in the way: \`notes.txt\` (it would be overwritten)",
              },
            ],
            "title": "Do held1",
            "triesUsed": 0,
          },
          {
            "id": "stuck1",
            "lastResult": null,
            "path": "backlog/tasks/stuck1.yaml",
            "priority": "normal",
            "reasons": [
              {
                "kind": "dependency-missing",
                "sentence": "\`nowhere\` does not exist: fix depends_on in \`backlog/tasks/stuck1.yaml\`",
                "task": "nowhere",
              },
            ],
            "title": "Do stuck1",
            "triesUsed": 0,
          },
          {
            "id": "stuck2",
            "lastResult": null,
            "path": "backlog/tasks/stuck2.yaml",
            "priority": "normal",
            "reasons": [
              {
                "kind": "dependency-missing",
                "sentence": "\`broken1\` cannot be read: fix \`backlog/tasks/broken1.yaml\`",
                "task": "broken1",
              },
            ],
            "title": "Do stuck2",
            "triesUsed": 0,
          },
        ],
        "passes": [
          {
            "acceptanceRate": 0.5,
            "admitted": 1,
            "endedAt": "2026-01-01T11:59:00Z",
            "id": "todo",
            "lastOutcome": "2 candidates proposed",
            "rejected": 1,
            "turns": 1,
          },
        ],
        "planned": [
          {
            "id": "planned1",
            "path": "backlog/tasks/planned1.yaml",
            "priority": "normal",
            "reason": null,
            "title": "Do planned1",
          },
          {
            "id": "vague1",
            "path": "backlog/tasks/vague1.yaml",
            "priority": "normal",
            "reason": "left for a person: 2 plans for it came to nothing",
            "title": "Do vague1",
          },
        ],
        "providers": [
          {
            "id": "claude",
            "sentence": "\`claude\` rests until 2026-01-01T12:01:00Z: too many requests",
            "state": "paused",
            "until": "2026-01-01T12:01:00Z",
          },
          {
            "id": "codex",
            "sentence": "\`codex\` cannot run: 401; type codex login",
            "state": "stopped",
            "until": null,
          },
        ],
        "ready": [
          {
            "id": "ready1",
            "lastResult": null,
            "path": "backlog/tasks/ready1.yaml",
            "priority": "high",
            "title": "Do ready1",
            "triesUsed": 0,
          },
          {
            "id": "tried1",
            "lastResult": "refused: 3 tests fail",
            "path": "backlog/tasks/tried1.yaml",
            "priority": "normal",
            "title": "Do tried1",
            "triesUsed": 1,
          },
        ],
        "running": [
          {
            "agent": null,
            "fence": 42,
            "holder": "run1",
            "id": "claimed1",
            "lastEvent": null,
            "model": null,
            "path": "backlog/tasks/claimed1.yaml",
            "priority": "normal",
            "role": null,
            "since": "2026-01-01T11:58:30Z",
            "title": "Do claimed1",
            "try": null,
            "workspace": null,
          },
          {
            "agent": "codex",
            "fence": 41,
            "holder": "run1",
            "id": "running1",
            "lastEvent": {
              "at": "2026-01-01T11:59:00Z",
              "text": "edited src/running1/a.ts",
            },
            "model": "gpt-5.4",
            "path": "backlog/tasks/running1.yaml",
            "priority": "normal",
            "role": "code",
            "since": "2026-01-01T11:59:00Z",
            "title": "Do running1",
            "try": 1,
            "workspace": null,
          },
        ],
        "runs": [
          {
            "branch": "refs/heads/main",
            "host": "desk",
            "run": "run1",
            "since": "2026-01-01T11:59:00Z",
            "stopRequestedAt": null,
            "workers": 2,
          },
        ],
        "superseded": [
          {
            "id": "superseded1",
            "path": "backlog/tasks/superseded1.yaml",
            "priority": "normal",
            "title": "Do superseded1",
          },
        ],
        "waiting": [
          {
            "id": "deferred1",
            "lastResult": null,
            "path": "backlog/tasks/deferred1.yaml",
            "priority": "normal",
            "reasons": [
              {
                "kind": "deferred",
                "reason": "the second try failed",
                "sentence": "deferred until 2026-01-01T13:00:00Z: the second try failed",
                "until": "2026-01-01T13:00:00Z",
              },
            ],
            "title": "Do deferred1",
            "triesUsed": 0,
          },
          {
            "id": "overlap1",
            "lastResult": null,
            "path": "backlog/tasks/overlap1.yaml",
            "priority": "normal",
            "reasons": [
              {
                "by": "running1",
                "kind": "resource-taken",
                "resource": "path/src/running1",
                "sentence": "waits for \`running1\`, which has the path \`src/running1\`",
              },
            ],
            "title": "Do overlap1",
            "triesUsed": 0,
          },
          {
            "id": "waiting1",
            "lastResult": null,
            "path": "backlog/tasks/waiting1.yaml",
            "priority": "normal",
            "reasons": [
              {
                "kind": "dependency-unfinished",
                "sentence": "waits for \`ready1\` (ready)",
                "state": "ready",
                "task": "ready1",
              },
            ],
            "title": "Do waiting1",
            "triesUsed": 0,
          },
        ],
      }
    `);
  });
});

describe('the view', () => {
  it('tells of stopped providers while the run that met them is the newest or lives', () => {
    const run = (name: string, at: number) => ({
      type: 'run.started' as const,
      version: '1',
      workers: 1,
      branch: 'b',
      host: 'h',
      run: name,
      at,
    });
    const stop = { type: 'provider.stopped' as const, provider: 'codex', message: 'm', hint: 'h', run: 'old', at: NOW };
    const events = [run('old', 1), { ...stop, reason: 'unusable' as const }, run('new', 2)];
    const stopped = (input: Parameters<typeof story>[0]) => project(story(input)).providers.map(({ id }) => id);
    expect(stopped({ events: events.slice(0, 2) })).toEqual(['codex']);
    expect(stopped({ events })).toEqual([]);
    expect(stopped({ events, leases: [lease(1, 'runner/old')] })).toEqual(['codex']);
  });

  it('tells of paused providers until their time', () => {
    const paused = (until: number) =>
      project(story({ events: [{ type: 'provider.paused', provider: 'codex', until, reason: 'r' }] })).providers.length;
    expect([paused(NOW + 1), paused(NOW)]).toEqual([1, 0]);
  });

  it('does not take an attempt of another claim for the running one', () => {
    const input = fullStory();
    const leases = [lease(99, 'task/running1')];
    expect(project({ ...input, leases }).running).toMatchObject([{ id: 'running1', fence: 99, since: NOW - 90_000 }]);
    expect(project({ ...input, leases }).running[0]).not.toHaveProperty('attempt');
  });

  it('of ten thousand tasks that wait for each other in a row takes a moment', { timeout: 5_000 }, () => {
    const tasks = Array.from({ length: 10_000 }, (_, index) =>
      task(`t${index}`, { dependsOn: index === 0 ? [] : [`t${index - 1}`] }),
    );
    expect(project(story({ tasks })).waiting.length).toBe(9_999);
  });
});
