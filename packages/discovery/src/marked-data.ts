const LONGEST_DATA = 20_000;

/** Marks text as data without authority. Its own copies of the mark lose their meaning, and its length is bounded. */
export function data(mark: string, text: string, most: number = LONGEST_DATA): string {
  const bounded = text.length > most ? `${text.slice(0, most)}\n[cut]` : text;
  return `<${mark}>\n${bounded.replace(new RegExp(`<(\\s*/?\\s*${mark})`, 'gi'), '<\\$1')}\n</${mark}>`;
}

export function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Untrusted text as one short line. */
export function oneLine(text: string, most = 200): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
