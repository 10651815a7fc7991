import { syntaxOf } from './comment-syntax.ts';
import { type CommentLine, findComments } from './find-comments.ts';

/** Something a comment says is still to be done. */
export interface Reminder {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly word: string;
  readonly text: string;
}

const MARK = /^@?(TODO|FIXME|XXX)\b(?:\([^)]*\))?[:\s-]*(.*)$/;
const MOST_CONTINUED = 5;
const MOST_TEXT = 400;
const GENERATED = /@generated\b|\bcode generated\b.*\bdo not edit\b|\bauto-?generated\b/i;
/** A file says it was generated near its beginning. */
const HEAD = 1_000;

/** The reminders in the comments of a file. None in binary and generated files. */
export function findReminders(path: string, content: string): readonly Reminder[] {
  const syntax = syntaxOf(path);
  if (!syntax || content.includes('\0') || GENERATED.test(content.slice(0, HEAD))) return [];
  if (!/TODO|FIXME|XXX/.test(content)) return [];
  const comments = findComments(content, syntax);
  return comments.flatMap((comment, index) => {
    const [, word, begin = ''] = MARK.exec(comment.text) ?? [];
    if (word === undefined) return [];
    const text = [begin, ...continued(comments, index)].join(' ').trim().slice(0, MOST_TEXT);
    return text === '' ? [] : [{ path, line: comment.line, word, text }];
  });
}

/** The lines of the comment that go on with the sentence. */
function continued(comments: readonly CommentLine[], index: number): readonly string[] {
  const lines: string[] = [];
  const start = comments[index]?.line ?? 0;
  for (const { line, text } of comments.slice(index + 1, index + MOST_CONTINUED)) {
    if (line !== start + lines.length + 1 || text === '' || MARK.test(text) || /^@/.test(text)) break;
    lines.push(text);
  }
  return lines;
}
