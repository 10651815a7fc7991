import { oneLine } from './one-line.ts';

/** A sentence whose words are ours and whose names and quotes may be anybody's. */
export type Phrase = readonly PhrasePart[];
export type PhrasePart =
  | { readonly kind: 'words'; readonly text: string }
  /** An id, path or command, shown as code. */
  | { readonly kind: 'name'; readonly text: string }
  /** Somebody else's prose. */
  | { readonly kind: 'quote'; readonly text: string };

export const name = (text: string): PhrasePart => ({ kind: 'name', text });
export const quote = (text: string): PhrasePart => ({ kind: 'quote', text });

/** Somebody else's sentence in the middle of one of ours: without its full stop. */
export const clause = (text: string): PhrasePart => quote(text.replace(/\.\s*$/, ''));

/** Builds a phrase; what is put in is a part, a phrase or words of ours. */
export function phrase(
  words: TemplateStringsArray,
  ...values: readonly (PhrasePart | Phrase | string | number)[]
): Phrase {
  const parts: PhrasePart[] = [];
  words.forEach((text, index) => {
    parts.push({ kind: 'words', text }, ...partsOf(values[index]));
  });
  return parts;
}

/** Names in a row, with commas; no more than a few. */
export function names(list: readonly string[], most: number = 8): Phrase {
  const shown = list.slice(0, most).flatMap((text, index) => (index === 0 ? [name(text)] : [words(', '), name(text)]));
  return list.length > most ? [...shown, words(` and ${list.length - most} more`)] : shown;
}

/** For terminals and JSON. */
export function plain(phrase: Phrase): string {
  return phrase
    .map(({ kind, text }) => (kind === 'words' ? text : kind === 'name' ? `\`${oneLine(text)}\`` : oneLine(text)))
    .join('');
}

const words = (text: string): PhrasePart => ({ kind: 'words', text });

function partsOf(value: PhrasePart | Phrase | string | number | undefined): readonly PhrasePart[] {
  if (value === undefined) return [];
  if (typeof value === 'string' || typeof value === 'number') return [words(String(value))];
  return 'kind' in value ? [value] : value;
}
