import { stemOf } from './stem.ts';

/** Phrases that are one word, after that word. Endings do not matter. */
const PHRASES_OF = `
unknown: does not exist, do not exist, doesn't exist, not found, 404
unauthenticated: 401
forbidden: 403
conflict: 409
too large: 413
ratelimit: 429, rate limit, rate limited
internalerror: 500, internal error, internal server error
mb: mega byte, megabyte
gb: giga byte, gigabyte
kb: kilo byte, kilobyte
e2e: end to end
login: sign in, log in, logged in, sign ins, log ins
logout: sign out, log out, logged out
signup: sign up, sign ups
pr: pull request, merge request
mail: e mail, email
2fa: two factor, two factor authentication
rtl: right to left
screenreader: screen reader
suggest: did you mean
retry: try again, tried again, tries again, another try, back off
offline: without a connection, without connection, without network, without internet
concurrent: at the same time, at once
bucket: object store, object storage
sidebar: side bar, side menu, side navigation
fps: frame rate, frames per second
dst: daylight saving, daylight saving time, clock change
wifi: wi fi
setup: set up, setting up
typo: spelling mistake, spelling error
pii: personal data, personally identifiable information
json: machine readable
prorate: pro rata
stdin: standard input
stderr: standard error
stdout: standard output
shortcut: key binding, hot key, key map, keyboard shortcut
typing: key press, key stroke, keystroke
remove: get rid of, clean up
return: give back, gave back
rollback: roll back
enable: turn on, switch on
disable: turn off, switch off
startup: at launch, on launch, at start, on boot
readiness: readiness probe, readinessprobe
liveness: liveness probe, livenessprobe
sourcemap: source map
upgradeguide: upgrade guide, migration guide, upgrading guide
changelog: release note
oncall: on call
optional: opt in, opts in
vendor: third party
nothing: no result, no results, without result, without results, zero results, no hit
softdelete: soft delete, mark as deleted, marked as deleted
browser: client side, front end
server: server side, back end
p50: 50th percentile
p90: 90th percentile
p95: 95th percentile
p99: 99th percentile
`;

/** The phrases that begin with a stem, each as stems, longest first, with the word it is. */
export const PHRASES: ReadonlyMap<string, readonly Phrase[]> = phrasesByFirst(
  PHRASES_OF.trim()
    .split('\n')
    .flatMap((line) => {
      const [word = '', list = ''] = line.split(': ');
      return list.split(', ').map((text) => ({ stems: text.split(' ').map(stemOf), word }));
    }),
);

export interface Phrase {
  readonly stems: readonly string[];
  readonly word: string;
}

function phrasesByFirst(phrases: readonly Phrase[]): ReadonlyMap<string, readonly Phrase[]> {
  const byFirst = new Map<string, Phrase[]>();
  for (const phrase of [...phrases].sort((left, right) => right.stems.length - left.stems.length)) {
    const [first = ''] = phrase.stems;
    byFirst.set(first, [...(byFirst.get(first) ?? []), phrase]);
  }
  return byFirst;
}
