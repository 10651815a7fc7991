import { codeIn, conceptsOf, namesIn, numbersIn, pairsIn, type Reader } from './terms.ts';

/** What a task, a candidate or a rejected one says. All but the title may be missing. */
export interface Idea {
  readonly title: string;
  readonly touchPaths?: readonly string[];
  readonly acceptanceCriteria?: readonly string[];
  readonly description?: string | undefined;
}

/** An idea as it is compared. */
export interface Profile {
  readonly title: string;
  /** The title's words in order, as stems. */
  readonly stems: readonly string[];
  readonly titleConcepts: ReadonlySet<string>;
  readonly criteriaConcepts: ReadonlySet<string>;
  /** Of title, criteria and description. */
  readonly concepts: ReadonlySet<string>;
  /** Concepts that stand side by side, as pairs. */
  readonly pairs: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly numbers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly paths: readonly string[];
  /** What the paths name: mostly the subject, seldom what is to be done about it. */
  readonly pathConcepts: ReadonlySet<string>;
  /** Everything it says, in lower case. */
  readonly text: string;
}

/** Longer texts say no more about what an idea is. */
const MOST_TEXT = 2_000;
const MOST_PATHS = 20;

/** What an idea is about, without anything that is only needed for a close look. */
export function conceptsIn(idea: Idea, read: Reader): ReadonlySet<string> {
  const text = textsOf(idea).join('\n');
  return new Set([...conceptsOf(read(text)), ...codeIn(text)]);
}

export function profileOf(idea: Idea, read: Reader): Profile {
  const texts = textsOf(idea);
  const [title, criteria] = texts;
  const [titleTerms, criteriaTerms, moreTerms] = [read(title), read(criteria), read(texts[2])];
  const terms = [...titleTerms, ...criteriaTerms, ...moreTerms];
  const paths = (idea.touchPaths ?? []).slice(0, MOST_PATHS);
  return {
    title,
    stems: titleTerms.map(({ stem }) => stem),
    titleConcepts: new Set([...conceptsOf(titleTerms), ...codeIn(title)]),
    criteriaConcepts: new Set([...conceptsOf(criteriaTerms), ...codeIn(criteria)]),
    concepts: new Set([...conceptsOf(terms), ...texts.flatMap(codeIn)]),
    pairs: pairsIn(terms),
    names: namesIn(title),
    numbers: numbersIn(titleTerms),
    paths,
    pathConcepts: conceptsOf(read(paths.join(' ').replace(/\.[a-z]+\b/g, ' '))),
    text: [...texts, ...paths].join('\n').toLowerCase(),
  };
}

function textsOf({ title, acceptanceCriteria = [], description = '' }: Idea): readonly [string, string, string] {
  return [title, acceptanceCriteria.join('\n').slice(0, MOST_TEXT), description.slice(0, MOST_TEXT)];
}
