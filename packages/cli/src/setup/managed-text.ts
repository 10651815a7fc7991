import { createHash } from 'node:crypto';

const MARK =
  /^<!-- managed by backlog-runner ([0-9a-f]{16}); edit it freely: then it is yours and stays as it is -->\r?\n/;

/** A text that may be replaced by a newer one as long as nobody has edited it: its first line tells. */
export function managedText(text: string): string {
  return `<!-- managed by backlog-runner ${digestOf(text)}; edit it freely: then it is yours and stays as it is -->\n${text}`;
}

/** Whether a text is as it was written here, so that nothing of anybody's is lost when it is replaced. */
export function isUnedited(content: string): boolean {
  const [line, digest] = MARK.exec(content) ?? [];
  return line !== undefined && digest === digestOf(content.slice(line.length));
}

/** Line ends are git's to choose. */
function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 16);
}
