import { oneLine } from './one-line.ts';
import type { Phrase } from './phrase.ts';

/** Breaks what is recognised without markup, and is not seen: mentions, issue numbers, addresses. */
const JOINER = '\u2060';

/** Untrusted prose as one line of Markdown that shows exactly these characters and is no markup, link or mention. */
export function prose(text: string, longest?: number): string {
  return oneLine(text, longest)
    .replace(/[\\`*[\]<>&~|$]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/[@#]/g, `$&${JOINER}`)
    .replace(/:(?=\/\/)/g, `:${JOINER}`)
    .replace(/www(?=\.)/gi, `$&${JOINER}`);
}

/** Untrusted text as Markdown code. */
export function code(text: string): string {
  const line = oneLine(text) || ' ';
  const longestRun = Math.max(0, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  const padding = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

export function markdownPhrase(phrase: Phrase): string {
  return phrase
    .map(({ kind, text }) => (kind === 'words' ? text : kind === 'name' ? code(text) : prose(text)))
    .join('');
}
