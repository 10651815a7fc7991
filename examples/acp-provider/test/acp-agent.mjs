// A small agent that speaks the Agent Client Protocol. What it does with a prompt stands in SCRIPT, as a JSON list of
// steps; what it was told, it writes to the file NOTE.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { agent, methods, ndJsonStream, PROTOCOL_VERSION, RequestError } from '@agentclientprotocol/sdk';

const steps = JSON.parse(process.env.SCRIPT ?? '[]');
const told = { environment: process.env, children: [] };
const isDeaf = steps.some(({ deaf }) => deaf);
const cancelled = deferred();
let calls = 0;

if (isDeaf) process.on('SIGINT', () => {});

agent({ name: 'small' })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: Number(process.env.SPEAKS ?? PROTOCOL_VERSION),
    agentInfo: { name: 'small', version: '1.2.3' },
    agentCapabilities: { loadSession: process.env.FORGETS === undefined },
  }))
  .onRequest(methods.agent.session.new, ({ params }) => {
    if (process.env.SIGNED_OUT) throw RequestError.authRequired();
    note({ directory: params.cwd });
    return { sessionId: 'session-1', modes: modes(), configOptions: models() };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    note({ loaded: params.sessionId });
    const { sessionId } = params;
    await update(client, sessionId, { sessionUpdate: 'agent_message_chunk', content: text('What I said before.') });
    await update(client, sessionId, { sessionUpdate: 'usage_update', used: 1, size: 9, cost: dollars(2) });
    return { modes: modes() };
  })
  .onRequest(methods.agent.session.setMode, ({ params }) => note({ mode: params.modeId }))
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    note({ [params.configId]: params.value });
    return { configOptions: models() };
  })
  .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
    note({ prompt: params.prompt.map((block) => block.text) });
    const turn = { client, session: params.sessionId, usage: undefined, stopReason: 'end_turn' };
    for (const step of steps) await perform(step, turn);
    return { stopReason: turn.stopReason, ...(turn.usage ? { usage: turn.usage } : {}) };
  })
  .onNotification(methods.agent.session.cancel, () => {
    note({ cancelled: true });
    if (!isDeaf) cancelled.resolve();
  })
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));

async function perform(step, turn) {
  const say = (words) => report(turn, { sessionUpdate: 'agent_message_chunk', content: text(words) });
  if (step.say) for (const word of step.say.match(/\s*\S+/g)) await say(word);
  if (step.answer) await say(JSON.stringify(step.answer));
  if (step.edit) await edit(step, turn);
  if (step.ask) await tool({ kind: step.ask, title: `${step.ask} something`, locations: places(step) }, turn);
  if (step.open) await report(turn, { sessionUpdate: 'tool_call', ...call(step.open), status: 'in_progress' });
  if (step.update) await report(turn, step.update);
  if (step.cost) await report(turn, { sessionUpdate: 'usage_update', used: 1, size: 9, cost: dollars(step.cost) });
  if (step.usage) turn.usage = step.usage;
  if (step.stop) turn.stopReason = step.stop;
  if (step.child) spawnChild(step.child === 'daemon');
  if (step.garbage) process.stdout.write(step.garbage);
  if (step.complain) process.stderr.write(`${step.complain}\n`);
  if (step.exit !== undefined) process.exit(step.exit);
  if (step.die) process.kill(process.pid, 'SIGKILL');
  if (step.fail) throw new RequestError(step.fail.code ?? -32603, step.fail.message, step.fail.data);
  if (step.hang) {
    await cancelled.promise;
    turn.stopReason = 'cancelled';
  }
}

/** Changes a file, once it may. */
async function edit({ edit: path, content = 'changed\n' }, turn) {
  const oldText = await readFile(path, 'utf8').catch(() => null);
  const diff = { type: 'diff', path: resolve(path), oldText, newText: content };
  const kind = content === null ? 'delete' : 'edit';
  const detail = content === null ? { locations: [{ path: resolve(path) }] } : { content: [diff] };
  await tool({ kind, title: `${kind} ${path}`, ...detail }, turn, async () => {
    if (content === null) return rm(path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  });
}

/** A tool call that asks for leave, as agents do in a careful mode. */
async function tool(facts, turn, act = () => {}) {
  const toolCall = call(facts.title);
  await report(turn, { sessionUpdate: 'tool_call', ...toolCall, ...facts, status: 'pending' });
  const options = [
    { optionId: 'always', name: 'Always', kind: 'allow_always' },
    { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
    { optionId: 'no', name: 'No', kind: 'reject_once' },
  ];
  const question = { sessionId: turn.session, toolCall, options };
  const { outcome } = await turn.client.request(methods.client.session.requestPermission, question);
  if (outcome.optionId === 'yes') await act();
  const status = outcome.optionId === 'yes' ? 'completed' : 'failed';
  await report(turn, { sessionUpdate: 'tool_call_update', toolCallId: toolCall.toolCallId, status });
}

function call(title) {
  calls += 1;
  return { toolCallId: `call-${calls}`, title };
}

function spawnChild(isDaemon) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'inherit',
    detached: isDaemon,
  });
  note({ children: [...told.children, child.pid] });
}

function note(facts) {
  Object.assign(told, facts);
  if (process.env.NOTE) writeFileSync(process.env.NOTE, JSON.stringify(told));
}

const modes = () => ({ currentModeId: 'ask', availableModes: ['ask', 'code', 'plan'].map((id) => ({ id, name: id })) });
const models = () => [
  {
    ...{ id: 'model', name: 'Model', category: 'model', type: 'select', currentValue: 'small-1' },
    options: ['small-1', 'large-1'].map((value) => ({ value, name: value })),
  },
];
const places = ({ at }) => (at === undefined ? [] : [{ path: resolve(at) }]);
const dollars = (amount) => ({ amount, currency: 'USD' });
const text = (words) => ({ type: 'text', text: words });
const report = ({ client, session }, change) => update(client, session, change);
const update = (client, sessionId, change) =>
  client.notify(methods.client.session.update, { sessionId, update: change });

function deferred() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
