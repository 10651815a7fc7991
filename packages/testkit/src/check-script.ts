import { BacklogError } from '@backlog-runner/contracts';
import type { Script, Step } from './script.ts';

const STEP_PARTS: Readonly<Record<keyof Step, true>> = {
  once: true,
  delayMs: true,
  write: true,
  append: true,
  remove: true,
  escape: true,
  commit: true,
  run: true,
  daemon: true,
  say: true,
  usage: true,
  answer: true,
  rawAnswer: true,
  fail: true,
  hang: true,
  crash: true,
};

/** Throws `CONFIG_INVALID` naming the place when the script, which plain JavaScript may have written, is not one. */
export function checkScript(script: Script): void {
  for (const [task, turns] of Object.entries(script.tasks ?? {})) checkTask(turns, `tasks.${task}`);
  for (const [role, turns] of Object.entries(script.roles ?? {})) checkTask(turns, `roles.${role}`);
  if (script.default !== undefined) checkTask(script.default, 'default');
}

function checkTask(turns: unknown, at: string): void {
  if (!isRecord(turns)) {
    checkTurns(turns, at);
    return;
  }
  const { tries } = turns;
  if (!Array.isArray(tries) || tries.length === 0)
    throw invalid(at, 'must be a list of turns or { tries: [turns, …] }');
  for (const [index, perTry] of tries.entries()) checkTurns(perTry, `${at}.tries[${index}]`);
}

function checkTurns(turns: unknown, at: string): void {
  if (!Array.isArray(turns) || turns.length === 0) throw invalid(at, 'must be a list of at least one turn');
  for (const [index, turn] of turns.entries()) {
    for (const step of Array.isArray(turn) ? turn : [turn]) checkStep(step, `${at}[${index}]`);
  }
}

function checkStep(step: unknown, at: string): void {
  if (!isRecord(step)) throw invalid(at, 'must be a step or a list of steps');
  const strange = Object.keys(step).find((part) => !Object.hasOwn(STEP_PARTS, part));
  if (strange !== undefined) throw invalid(at, `has the unknown part "${strange}"`);
}

function invalid(at: string, problem: string): BacklogError {
  const hint = `A step may have: ${Object.keys(STEP_PARTS).join(', ')}.`;
  return new BacklogError('CONFIG_INVALID', `The script of a scripted agent: ${at} ${problem}.`, { hint });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
