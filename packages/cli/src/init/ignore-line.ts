/** The content of a `.gitignore` that also ignores a directory, or undefined when it does so already. */
export function withIgnored(content: string | undefined, directory: string): string | undefined {
  const forms = new Set([directory, `${directory}/`, `/${directory}`, `/${directory}/`]);
  const lines = (content ?? '').split(/\r?\n/).map((line) => line.trimEnd());
  const last = lines.findLast((line) => forms.has(line) || forms.has(line.replace(/^!/, '')));
  if (last !== undefined && !last.startsWith('!')) return undefined;
  const newline = content?.includes('\r\n') ? '\r\n' : '\n';
  const before =
    content === undefined || content === '' || content.endsWith('\n') ? (content ?? '') : content + newline;
  return `${before}${directory}/${newline}`;
}
