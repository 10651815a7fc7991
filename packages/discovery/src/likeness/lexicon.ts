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
changelog: release note
oncall: on call
optional: opt in, opts in
vendor: third party
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

/** Words that say the same in the speech of engineers, one idea a line. What is contrasted elsewhere is not here. */
const SYNONYMS = `
slow fast quick speed performance performant lag sluggish
crash exception throw throws thrown segfault
fail failure broken break dead
remove delete drop erase purge strip discard gone
unused stale obsolete
replace migrate switch swap convert
upgrade update bump
limit cap maximum restrict quota exceed above over larger
load fetch retrieve
show display render visible appear
placeholder skeleton spinner
duplicate dedupe deduplicate identical twice repeatedly same
login authenticate auth
signup register registration
permission access authorise authorisation privilege
reject refuse deny decline disallow prohibit
retry reattempt
cache memoise reuse
remember persist save restore retain survive recover recovery store
split divide shard separate
parallel concurrent
flaky random randomly intermittent unreliable
temporary temp tmp
folder directory dir
image picture photo img
modal dialog popup
navigation nav
input field box textbox
narrow small tiny
collapse collapsible fold folding
position offset bounds
rotate rotation rotated orientation
sync synchronise synchronisation
link url hyperlink
config configuration setting option preference configurable
environment env
log logging logger logs
redact mask scrub censor anonymise pii
alert alarm warn
notify inform tell announce announced
chart graph plot
document documentation docs describe explain
example sample snippet
typo misspelling
install installation
dependency package library vendor
bundle chunk bundler
build compile
certificate cert tls ssl
renew renewal
backup dump
bucket s3 blob
nightly night daily
transaction atomic atomically rollback
leak exhaust exhausted
connection socket
shutdown sigterm
exit quit
unknown missing nonexistent
payload body
paginate pagination cursor
validate validation verify check
idempotent idempotency idempotence
charge payment pay bill
coupon discount voucher
refund reimburse
stock inventory
reserve hold
prorate proportional
injection xss escape sanitise markup
hash digest
expire expiry lapse ttl
trap inside within
animation motion
locale localise localisation i18n language
caption subtitle
enemy foe
shortcut remap rebind
sound audio
seed reproducible deterministic
resume continue
truncate trim cut
malformed invalid bad corrupt wrong
row line record entry
incremental incrementally
stream streaming
type interface typing
cancel abort cancellable superseded outdated
mutate change modify alter edit
circular cycle cyclic
unpack extract unzip decompress
suggest hint closest nearest
colour escape
lazy lazily
compress compression
drain battery
unprivileged root
disk space
memory ram
keyboard key
e2e playwright cypress
ci workflow pipeline
pr mergerequest
client customer
employee staff
organisation org team tenant workspace
search lookup
send deliver submit
measure record
percentile p95
request call
response answer reply
secret credential password token
timeout deadline
race concurrency racy
hang freeze stuck deadlock
deprecate deprecated
rename renaming
refactor restructure simplify cleanup
coverage cover tested
button btn
repo repository
db database
admin administrator
app application
message msg
param parameter argument
ask prompt confirm confirmation
unsaved dirty
choose select pick selection chosen chose
start launch boot startup begin
stop end terminate kill finish
big large huge long
wrong incorrect inaccurate
buy purchase
price cost amount
user people person visitor
number count quantity
difference diff delta
whole entire full
wait sleep
merge combine join unify reconcile
sensitive private confidential
vulnerable vulnerability insecure unsafe
reduce shrink decrease smaller less fewer lower
increase raise grow higher
avoid prevent
serve deliver
watch detect notice observe
reload refresh
overview summary
interrupt interrupted
preserve maintain
partial partly
close dismiss
convert conversion
write generate produce
mock mocked fake stub
hidden hide
zoom magnify
owner holder
often frequently
enlarge expand
find discover
frequent common usual
structured json
forbid forbidden
skip ignore
lack absent
copy clone
deploy deployment rollout
schedule cron scheduled
queue backlog
job worker task
thread conversation
drag move
resize size
align alignment
comment remark
tidy clean
outage downtime unavailable
overwrite clobber
encrypt encryption
retention retained
archive zip
label name
badge shield
guard protect protection
graceful gracefully
spawn fork
inherit extend
symlink junction
newline eol
whitespace indentation
grant role
consent gdpr
sandbox isolate isolated
allowlist whitelist
denylist blocklist blacklist
main master
primary leader
replica follower
subscription subscribe
tune adjust
inject injectable
lock lockout
compute calculate recalculate calculation
function method
library lib
production prod
develop development dev
kubernetes k8s
javascript js
typescript ts
postgres postgresql
`;

/** Each stem of {@link SYNONYMS} and the stem it counts as. */
export const CONCEPTS: ReadonlyMap<string, string> = new Map(
  lines(SYNONYMS).flatMap((words) => words.map((word) => [stemOf(word), stemOf(words[0] ?? word)] as const)),
);

/** Of these at most one is meant at a time: naming another one is naming something else. */
const ALTERNATIVES = `
ios android
windows macos linux
chrome firefox safari edge
postgres mysql sqlite mongodb redis cdn
npm pnpm yarn bun deno
csv xml pdf xlsx parquet onnx
unit e2e visual integration
aws azure gcp
production staging
stripe paypal klarna adyen
codex claude gemini
read write
import export
upload download
parse format
server browser
seller buyer
cpu memory disk network time
logs traces metrics
light dark
german french spanish polish dutch italian japanese chinese portuguese arabic english
eslint prettier biome
jest vitest mocha enzyme
pandas pyarrow numpy
get post put patch
readiness liveness
sort filter group search
test document translate benchmark
hourly daily weekly monthly
input output
request response
row column
width height
horizontal vertical
left right
top bottom
minimum maximum target
stable beta
phone tablet desktop
local remote
http grpc websocket
json yaml toml
red green blue
location notification camera microphone contact
size speed memory startup
throughput latency
`;

export const RIVALS: readonly ReadonlySet<string>[] = lines(ALTERNATIVES).map(
  (words) => new Set(words.map((word) => CONCEPTS.get(stemOf(word)) ?? stemOf(word))),
);

function lines(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}

/** What is common in any backlog, however small this one is. */
export const COMMON: ReadonlySet<string> = new Set(
  `add support show fix use fail user test file list page value data set handle check allow make create write read run
  change remove update new work call return time name type error message load build code project app server`
    .split(/\s+/)
    .map((word) => CONCEPTS.get(stemOf(word)) ?? stemOf(word)),
);
