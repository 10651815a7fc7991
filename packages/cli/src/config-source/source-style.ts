import type { ParsedSource } from './parse-source.ts';

/** How the person who wrote a source writes. */
export interface SourceStyle {
  readonly newline: '\n' | '\r\n';
  /** One step of indentation. */
  readonly unit: string;
  readonly quote: "'" | '"';
}

export function styleOf({ source, tokens }: ParsedSource): SourceStyle {
  const strings = tokens.filter(({ type }) => type.label === 'string').map(({ start }) => source[start]);
  const double = strings.filter((quote) => quote === '"').length;
  return {
    newline: source.includes('\r\n') ? '\r\n' : '\n',
    unit: /^(\t| {2,8})(?=[^\s*])/m.exec(source)?.[1] ?? '  ',
    quote: double > strings.length / 2 ? '"' : "'",
  };
}

/** The white space a line begins with. */
export function indentationAt(source: string, offset: number): string {
  return /^[ \t\uFEFF]*/.exec(source.slice(lineStart(source, offset)))?.[0].replace('\uFEFF', '') ?? '';
}

export function lineStart(source: string, offset: number): number {
  return offset === 0 ? 0 : source.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the end of the line. */
export function lineEnd(source: string, offset: number): number {
  const end = source.indexOf('\n', offset);
  return end === -1 ? source.length : end + 1;
}
