const LONGEST_DATA = 20_000;

/** Marks text as data; its own copies of the mark lose their meaning. */
export function markData(mark: string, text: string): string {
  const bounded = text.length > LONGEST_DATA ? `${text.slice(0, LONGEST_DATA)}\n[cut]` : text;
  return `<${mark}>\n${bounded.replaceAll(`</${mark}`, `<\\/${mark}`)}\n</${mark}>`;
}

export function bullets(lines: readonly string[]): string {
  return lines.map(bullet).join('\n');
}

export function bullet(line: string): string {
  return `- ${line}`;
}
