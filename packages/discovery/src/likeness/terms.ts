import { conceptOfStem } from './concepts.ts';
import { PHRASES, type Phrase } from './phrases.ts';
import { stemOf } from './stem.ts';

/** Words too common to say what a text is about. */
const STOP = new Set(
  `a an the of in on at to for from with by as and or nor but if so then than that this these those it its is are was were
  be been being has have had do does did not no nor can could may might must shall should will would there here their them
  they we our us you your he she i me my which who whom whose what when where while how why all any each every both few more
  most other some such only own too very just also into onto out off up down over under again once per via about after before
  between during until because please pls needs need needed one two three make makes made making let lets use uses used
  using get gets instead rather still now even never always`.split(/\s+/),
);

const NUMBERS: Readonly<Record<string, string>> = {
  ...{ three: '3', four: '4', five: '5', six: '6', seven: '7', eight: '8', nine: '9', ten: '10' },
  ...{ eleven: '11', twelve: '12', fifteen: '15', twenty: '20', thirty: '30', hundred: '100', thousand: '1000' },
};

const WORD = /[\p{L}\p{N}]+(?:['.][\p{L}\p{N}]+)*/gu;

/** A word of a text as it is compared. */
export interface Term {
  readonly stem: string;
  /** What it is about; absent for words that say nothing, such as numbers and `the`. */
  readonly concept: string | undefined;
}

/** Reads texts; reads each word only once. */
export type Reader = (text: string) => readonly Term[];

export function reader(): Reader {
  const known = new Map<string, Term>();
  const termOf = (word: string): Term => {
    const term = known.get(word) ?? readWord(word);
    known.set(word, term);
    return term;
  };
  return (text) => {
    const words =
      text
        .replace(/(\p{Ll})(\p{Lu}\p{Ll})/gu, '$1 $2')
        .replace(/(\d),(\d{3})\b/g, '$1$2')
        .toLowerCase()
        .match(WORD) ?? [];
    return joinPhrases(words.map(termOf), termOf);
  };
}

function readWord(written: string): Term {
  const word = NUMBERS[written] ?? written.normalize('NFKC').replace(/'s$/, '');
  const stem = stemOf(word);
  const saysNothing = STOP.has(word) || /^\d+$/.test(word);
  return { stem, concept: saysNothing ? undefined : conceptOfStem(stem) };
}

function joinPhrases(terms: readonly Term[], termOf: (word: string) => Term): readonly Term[] {
  if (!terms.some(({ stem }) => PHRASES.has(stem))) return terms;
  const joined: Term[] = [];
  for (let index = 0; index < terms.length; ) {
    const phrase = phraseAt(terms, index);
    const term = terms[index];
    if (phrase) joined.push(...phrase.word.split(' ').map(termOf));
    else if (term) joined.push(term);
    index += phrase?.stems.length ?? 1;
  }
  return joined;
}

function phraseAt(terms: readonly Term[], index: number): Phrase | undefined {
  const candidates = PHRASES.get(terms[index]?.stem ?? '') ?? [];
  return candidates.find(({ stems }) => stems.every((stem, offset) => terms[index + offset]?.stem === stem));
}

export function conceptsOf(terms: readonly Term[]): ReadonlySet<string> {
  return new Set(terms.flatMap(({ concept }) => concept ?? []));
}

/** Concepts with nothing but words of form between them, as `first second`. */
export function pairsIn(terms: readonly Term[]): ReadonlySet<string> {
  const concepts = terms.flatMap(({ concept }) => concept ?? []);
  return new Set(concepts.slice(1).map((concept, index) => `${concepts[index]} ${concept}`));
}

/**
 * Names of particular things in a title: words with a capital within the sentence, in capitals, in code style, or with a
 * digit inside. Lower case, as they would be found in other text.
 */
export function namesIn(title: string): ReadonlySet<string> {
  const words = title.split(/\s+/).map((word) => word.replace(/^[("'`]+|[)"'`,;:!?.]+$/g, ''));
  return new Set(words.filter((word, index) => isName(word, index === 0)).map((word) => word.toLowerCase()));
}

function isName(word: string, first: boolean): boolean {
  if (/^--?\p{L}/u.test(word) || /\p{L}[._/]\p{L}/u.test(word) || /\p{Ll}\p{Lu}/u.test(word)) return true;
  if (/\p{L}\d|\d\p{L}/u.test(word)) return true;
  return !first && /^\p{Lu}/u.test(word);
}

/** Words of a text in code style, such as `NO_COLOR` or `created_at`, which say more than their parts. */
export function codeIn(text: string): readonly string[] {
  if (!HINT_OF_CODE.test(text)) return [];
  return (text.match(CODE) ?? []).map((word) => `\`${word.toLowerCase()}`);
}

const HINT_OF_CODE = /--[a-z]|\w[_.]\w|[a-z][A-Z]/;
const CODE = /--[a-zA-Z][a-zA-Z-]+|[a-zA-Z]\w*(?:[_.]\w+)+|[a-z]+(?:[A-Z][a-z]+)+/g;

/** Numbers of a title, each with the word beside it: `react 18`, `18 days`. */
export function numbersIn(terms: readonly Term[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const note = (beside: Term | undefined, number: string) => {
    if (beside === undefined || NUMBER.test(beside.stem)) return;
    found.set(beside.stem, (found.get(beside.stem) ?? new Set()).add(number));
  };
  terms.forEach(({ stem }, index) => {
    const number = NUMBER.exec(stem)?.[1];
    if (number === undefined) return;
    note(wordBefore(terms, index), number);
    note(terms[index + 1], number);
  });
  return found;
}

const NUMBER = /^v?(\d+(?:\.\d+)*)$/;

/** `version 18 of React` and `React 18` are read alike. */
function wordBefore(terms: readonly Term[], index: number): Term | undefined {
  return terms
    .slice(Math.max(0, index - 4), index)
    .reverse()
    .find(({ stem, concept }) => concept !== undefined && !['vers', 'version', 'releas'].includes(stem));
}
