/**
 * The program a scripted agent runs: a coding agent without a model. Reads what to do as JSON on standard input, does it
 * in its working directory and tells about it as JSON lines. Plain JavaScript, so that it runs alike from the sources
 * and from the package.
 *
 * @typedef {import('./script.ts').Step} Step
 * @typedef {{ steps: Step[], answer: object, readOnly: boolean }} Orders
 */
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const STANDARD_OUTPUT = 1;

/** @param {object} record */
function tell(record) {
  writeSync(STANDARD_OUTPUT, `${JSON.stringify(record)}\n`);
}

/** @returns {Promise<Orders>} */
async function readOrders() {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return JSON.parse(text);
}

/** @param {string} path */
function isInside(path) {
  const fromHere = relative('.', path);
  return fromHere !== '' && fromHere !== '..' && !fromHere.startsWith(`..${sep}`) && !isAbsolute(fromHere);
}

/** @param {string} path @param {() => void} act */
function change(path, act) {
  const existed = existsSync(path);
  act();
  const exists = existsSync(path);
  if (existed || exists) tell({ type: 'file', path, change: !exists ? 'deleted' : existed ? 'modified' : 'added' });
}

/** @param {string} path */
function makeRoomFor(path) {
  mkdirSync(dirname(resolve(path)), { recursive: true });
}

/** @param {string} path @param {string} text */
function put(path, text) {
  makeRoomFor(path);
  writeFileSync(path, text);
}

/** @param {string} path @param {string} text */
function add(path, text) {
  makeRoomFor(path);
  appendFileSync(path, text);
}

/** @param {Step} step @param {boolean} readOnly */
function editFiles({ write = {}, append = {}, remove = [], escape: anywhere = {} }, readOnly) {
  /** @param {string} path @param {() => void} act */
  const edit = (path, act) => {
    if (readOnly) tell({ type: 'warning', message: `May not change ${path}: the access is read-only.` });
    else if (!isInside(path)) tell({ type: 'warning', message: `Left ${path} alone: it is outside of the workspace.` });
    else change(path, act);
  };
  for (const [path, text] of Object.entries(write)) edit(path, () => put(path, text));
  for (const [path, text] of Object.entries(append)) edit(path, () => add(path, text));
  for (const path of remove) edit(path, () => rmSync(path, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(anywhere)) put(path, text);
}

/** @param {string} message */
async function commitAll(message) {
  const { execFileSync } = await import('node:child_process');
  const as = ['-c', 'user.name=Scripted Agent', '-c', 'user.email=scripted@localhost'];
  execFileSync('git', ['add', '--all'], { stdio: 'ignore' });
  execFileSync('git', [...as, 'commit', '--quiet', '--allow-empty', '--message', message], { stdio: 'ignore' });
}

/** @param {string} line */
async function runInShell(line) {
  const { spawnSync } = await import('node:child_process');
  const { status } = spawnSync('sh', ['-c', line], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) tell({ type: 'warning', message: `The command ended with ${status}.` });
}

async function leaveDaemon() {
  const { spawn } = await import('node:child_process');
  const args = ['--eval', 'setInterval(() => {}, 2 ** 30)'];
  const daemon = spawn(process.execPath, args, { detached: true, stdio: 'ignore' });
  daemon.unref();
  tell({ type: 'tool', phase: 'ended', name: 'daemon', summary: `${daemon.pid}`, ok: true });
}

/** @returns {Promise<never>} */
function hang() {
  return new Promise(() => setInterval(() => {}, 2 ** 30));
}

/** @param {NonNullable<Step['crash']>} how @returns {Promise<void>} */
async function crash(how) {
  if ('exitCode' in how) process.exitCode = how.exitCode;
  else {
    process.kill(process.pid, how.signal);
    await hang();
  }
}

/** Whether the step ended the turn. @param {Step} step @param {Orders} orders */
async function play(step, { readOnly, answer }) {
  if (step.delayMs) await pause(step.delayMs);
  editFiles(step, readOnly);
  if (step.commit !== undefined) await commitAll(step.commit);
  if (step.run !== undefined) await runInShell(step.run);
  if (step.daemon) await leaveDaemon();
  if (step.say !== undefined) tell({ type: 'message', text: step.say });
  if (step.usage) tell({ type: 'usage', usage: step.usage });
  if (step.answer) tell({ type: 'answer', answer: { ...answer, ...step.answer } });
  else if ('rawAnswer' in step) tell({ type: 'answer', answer: step.rawAnswer });
  else if (step.fail) tell({ type: 'failure', failure: step.fail });
  else if (step.hang) await hang();
  else if (step.crash) await crash(step.crash);
  else return false;
  return true;
}

async function main() {
  const orders = await readOrders();
  for (const step of orders.steps) if (await play(step, orders)) return;
  tell({ type: 'answer', answer: orders.answer });
}

await main();
