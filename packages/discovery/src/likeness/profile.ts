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
  const about = (text: string): ReadonlySet<string> => new Set([...conceptsOf(read(text)), ...codeIn(text)]);
  const [title, criteria, more] = textsOf(idea);
  const terms = read(title);
  const paths = (idea.touchPaths ?? []).slice(0, MOST_PATHS);
  return {
    title,
    stems: terms.map(({ stem }) => stem),
    titleConcepts: about(title),
    criteriaConcepts: about(criteria),
    concepts: conceptsIn(idea, read),
    pairs: pairsIn(read([title, criteria, more].join('\n'))),
    names: namesIn(title),
    numbers: numbersIn(terms),
    paths,
    pathConcepts: conceptsOf(read(paths.join(' ').replace(/\.[a-z]+\b/g, ' '))),
    text: [title, criteria, more, ...paths].join('\n').toLowerCase(),
  };
}

function textsOf({ title, acceptanceCriteria = [], description = '' }: Idea): readonly [string, string, string] {
  return [title, acceptanceCriteria.join('\n').slice(0, MOST_TEXT), description.slice(0, MOST_TEXT)];
}
