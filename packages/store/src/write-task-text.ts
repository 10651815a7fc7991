import type { Candidate, TaskId, TaskState } from '@backlog-runner/contracts';
import { fieldsOf } from './candidate-from.ts';
import { isPlainText } from './read-strict-yaml.ts';

export interface NewTask {
  readonly id: TaskId;
  readonly state: TaskState;
  readonly candidate: Candidate;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** The text of a new task file, for people to read and edit. Fields that say nothing are left out. */
export function writeTaskText({ id, state, candidate, createdAt }: NewTask): string {
  const { title, ...rest } = fieldsOf(candidate);
  const fields = { id, title, state, ...rest, created_at: createdAt };
  const entries = Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  const lines = entries.map(([key, value]) => `${key}:${afterKey(value)}\n`);
  return `# yaml-language-server: $schema=../task.schema.json\n${lines.join('')}`;
}

/** One text as a scalar on one line. */
export function writeScalar(text: string): string {
  return isPlainText(text) ? text : JSON.stringify(text).replace(UNPRINTABLE, escaped);
}

/** Allowed in JSON as they are, not in YAML. */
const UNPRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function afterKey(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `\n  - ${writeScalar(String(item))}`).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, inner]) => `\n  ${key}: ${writeScalar(String(inner))}`)
      .join('');
  }
  const text = String(value);
  return fitsBlock(text) ? ` ${block(text)}` : ` ${writeScalar(text)}`;
}

/** Whether a text of several lines reads the same as a literal block. */
function fitsBlock(text: string): boolean {
  const lines = text.replace(/\n$/, '').split('\n');
  const [first = ''] = lines;
  const clean = lines.every((line) => line === '' || (line.trim() !== '' && !UNFIT.test(line)));
  return text.includes('\n') && first !== '' && !first.startsWith(' ') && lines.at(-1) !== '' && clean;
}

const UNFIT = /[^ -~\u00a0-\u2027\u202a-\ufefe\uff00-\ufffc]/;

function block(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return `${text.endsWith('\n') ? '|' : '|-'}\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}`;
}
