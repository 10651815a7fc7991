import type { CommitMessage } from '@backlog-runner/contracts';

const SUBJECT_LENGTH = 72;
const BODY_LENGTH = 20_000;
const VALUE_LENGTH = 500;

/** Control characters but for line end and tab, and those that reorder or hide text. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * The text of a commit message. Subject, body and values are untrusted: the subject is one line, no line of the body
 * looks like a trailer, a divider or a comment to git, and no value has a second line.
 */
export function formatCommitMessage({ subject, body, trailers }: CommitMessage): string {
  const paragraphs = [oneLine(subject, SUBJECT_LENGTH) || 'Change'];
  const text = formatBody(body);
  if (text) paragraphs.push(text);
  if (trailers.length > 0) paragraphs.push(trailers.map(formatTrailer).join('\n'));
  return `${paragraphs.join('\n\n')}\n`;
}

function formatBody(body: string): string {
  return body
    .slice(0, BODY_LENGTH)
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .split('\n')
    .map((line) => harmless(line.replaceAll('\t', '  ').replace(HIDDEN, '').trimEnd()))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
}

/** An indented line is text to git, whatever it says. */
function harmless(line: string): string {
  const meansSomething = /^([A-Za-z0-9-]+\s*[:=]|---|[#(>]|[A-Za-z0-9-]+ #)/.test(line);
  return meansSomething ? `  ${line}` : line;
}

function formatTrailer([name, value]: readonly [name: string, value: string]): string {
  if (!/^[A-Za-z0-9-]+$/.test(name)) throw new Error(`Not the name of a trailer: ${JSON.stringify(name)}`);
  return `${name}: ${oneLine(value, VALUE_LENGTH)}`;
}

function oneLine(text: string, length: number): string {
  const line = text
    .replace(/[\s\u0085\u2028\u2029]+/g, ' ')
    .replace(HIDDEN, '')
    .trim();
  const characters = [...line];
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`;
}
