import type { Lexer } from 'yaml';

/** No task needs more; a parser that recurses much deeper runs out of stack, and some of those failures end the process. */
export const DEEPEST = 100;

/** Precedes the text of a scalar among the tokens of a lexer. Like two other marks it stands for no text itself. */
const SCALAR = '\x1f';
const NO_TEXT: readonly string[] = [SCALAR, '\x02', '\x18'];

/**
 * Where YAML begins to nest deeper than {@link DEEPEST}, read without recursion. Undefined when it does not. Indentation
 * alone cannot go far in a small file.
 */
export function tooDeepAt(text: string, lexer: Lexer): number | undefined {
  let offset = 0;
  let brackets = 0;
  let marksOnLine = 0;
  let isText = false;
  for (const token of lexer.lex(text)) {
    if (!isText) {
      if (token === '[' || token === '{') brackets += 1;
      else if (token === ']' || token === '}') brackets -= 1;
      else if (token === '-' || token === '?') marksOnLine += 1;
      else if (/^[\r\n]/.test(token)) marksOnLine = 0;
      if (brackets + marksOnLine > DEEPEST) return offset;
    }
    if (isText || !NO_TEXT.includes(token)) offset += token.length;
    isText = !isText && token === SCALAR;
  }
  return undefined;
}
