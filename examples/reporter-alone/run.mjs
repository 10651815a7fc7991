// A report of work that something else than a runner does: tasks and events in, text out. No file, no clock.
import assert from 'node:assert/strict';
import { eventLine, foldHistory, markdownReport, project, statusJson, statusText } from '@backlog-runner/reporter';

const taskOf = (id, title, state, dependsOn = []) => ({
  ...{ id, title, state, dependsOn, priority: 'normal', kind: 'implementation', path: `tasks/${id}.yaml` },
  ...{ touchPaths: [], capabilities: [], acceptanceCriteria: [], statusNotes: [], source: { type: 'manual' } },
});
const tasks = [
  taskOf('greet', 'Greet people', 'done'),
  taskOf('wave', 'Wave at people', 'failed'),
  taskOf('bye', 'Say goodbye', 'ready', ['wave']),
];

const noon = Date.UTC(2026, 0, 1, 12);
const events = [
  { type: 'task.added', task: 'greet', title: 'Greet people' },
  { type: 'task.landed', task: 'greet', attempt: 'greet.1', commit: '4f2c9b7d10', branch: 'refs/heads/main' },
  { type: 'task.failed', task: 'wave', reason: 'validation refused it: `npm test` exited with 1' },
];
const journal = events.map((event, at) => ({ ...event, run: 'robot', seq: at + 1, at: noon + at * 60_000 }));
for (const entry of journal) console.log(eventLine(entry) ?? entry.type);

const backlog = { tasks, problems: [] };
const input = { backlog, history: foldHistory(journal), leases: [], now: noon + 3_600_000 };
const report = markdownReport().render(input);
const { counts } = statusJson(project(input));
console.log(report);
console.log(statusText(project(input), { verbose: true }));
console.log(JSON.stringify(counts));

assert.equal(markdownReport().render(input), report);
assert.match(report, /Wave at people.*exited with 1/s);
assert.deepEqual([counts.landed, counts.failed, counts.needsPerson], [1, 1, 1]);
