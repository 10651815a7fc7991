const ENDINGS = [
  ...['ization', 'ational', 'ations', 'ation', 'ators', 'ator', 'ments', 'ment', 'ness', 'ibility', 'ability'],
  ...[
    'ible',
    'able',
    'ized',
    'izing',
    'ize',
    'ates',
    'ated',
    'ating',
    'ate',
    'ions',
    'ion',
    'ives',
    'ive',
    'ally',
    'ly',
  ],
  ...['ings', 'ing', 'ies', 'ied', 'ed', 'es', 's', 'y', 'e'],
] as const;
const SHORTEST_STEM = 3;

/**
 * Takes endings off an English word, so that `paginate`, `paginated` and `pagination` are one. Made for comparing: what
 * is left need not be a word. Expects lower case.
 */
export function stemOf(word: string): string {
  if (word.length <= SHORTEST_STEM || !/^[a-z]+$/.test(word)) return word;
  const american = word.replace(/is(e|ed|es|ing|ation|ations|ations)$/, 'iz$1').replace(/our(s|ed|ing)?$/, 'or$1');
  if (/(ss|us|is)$/.test(american)) return american;
  return withoutDoer(withoutEnding(american));
}

function withoutEnding(word: string): string {
  const ending = ENDINGS.find((end) => word.endsWith(end) && word.length - end.length >= SHORTEST_STEM);
  const stem = ending === undefined ? word : word.slice(0, word.length - ending.length);
  return single(ending !== undefined && stem.endsWith('e') ? stem.slice(0, -1) : stem);
}

/** `parser` and `parse`. */
function withoutDoer(stem: string): string {
  return /.{4}er$/.test(stem) ? single(stem.slice(0, -2)) : stem;
}

/** `cancelled` and `cancel`, `running` and `run`. */
function single(stem: string): string {
  const doubled = /([bdfglmnprt])\1$/.test(stem) && stem.length > SHORTEST_STEM;
  return doubled ? stem.slice(0, -1) : stem;
}
