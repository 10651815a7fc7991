import type { CommentSyntax } from './comment-syntax.ts';

/** One line of a comment, without what makes it one. */
export interface CommentLine {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

interface State {
  at: number;
  line: number;
  readonly found: CommentLine[];
}

/** All comments of a text, line by line. What stands in quotes is no comment. */
export function findComments(text: string, syntax: CommentSyntax): readonly CommentLine[] {
  const state: State = { at: 0, line: 1, found: [] };
  while (state.at < text.length) {
    const skipped = skipQuoted(text, syntax, state) || takeBlock(text, syntax, state) || takeLine(text, syntax, state);
    if (!skipped) advance(text, state, state.at + 1);
  }
  return state.found;
}

function skipQuoted(text: string, { quotes }: CommentSyntax, state: State): boolean {
  const quote = quotes.find((candidate) => text.startsWith(candidate, state.at));
  if (quote === undefined) return false;
  const spansLines = quote.length > 1 || quote === '`';
  let at = state.at + quote.length;
  while (at < text.length && !text.startsWith(quote, at)) {
    // An apostrophe in prose or a regular expression: whatever it is, it ends with the line.
    if (text[at] === '\n' && !spansLines) break;
    at += text[at] === '\\' ? 2 : 1;
  }
  advance(text, state, text.startsWith(quote, at) ? at + quote.length : at);
  return true;
}

function takeBlock(text: string, { block }: CommentSyntax, state: State): boolean {
  const [begin, end] = block.find(([opening]) => text.startsWith(opening, state.at)) ?? [];
  if (begin === undefined || end === undefined) return false;
  const found = text.indexOf(end, state.at + begin.length);
  const last = found === -1 ? text.length : found;
  take(text.slice(state.at + begin.length, last), state);
  advance(text, state, Math.min(last + end.length, text.length));
  return true;
}

function takeLine(text: string, { line, needsSpace }: CommentSyntax, state: State): boolean {
  const begin = line.find((candidate) => text.startsWith(candidate, state.at));
  if (begin === undefined) return false;
  if (needsSpace && state.at > 0 && !/\s/.test(text[state.at - 1] ?? '')) return false;
  const found = text.indexOf('\n', state.at);
  const last = found === -1 ? text.length : found;
  take(text.slice(state.at + begin.length, last), state);
  state.at = last;
  return true;
}

function take(comment: string, { line, found }: State): void {
  comment.split('\n').forEach((text, offset) => {
    found.push({ line: line + offset, text: text.replace(/^[\s*/#!;%-]+/, '').trimEnd() });
  });
}

function advance(text: string, state: State, to: number): void {
  for (let at = state.at; at < to; at += 1) if (text[at] === '\n') state.line += 1;
  state.at = to;
}
