import { once } from './once.ts';
import { stemOf } from './stem.ts';
import { wordLines } from './word-lines.ts';

/** Words that say the same in the speech of engineers, one idea a line. What is contrasted elsewhere is not here. */
const SYNONYMS = `
slow fast quick speed performance performant lag sluggish laggy unresponsive
crash exception throw throws thrown segfault
fail failure broken break dead
remove delete drop erase purge strip discard gone wipe lost lose losing
unused stale obsolete treeshake
replace migrate switch swap convert
upgrade update bump
limit cap maximum restrict quota exceed above over larger bigger
load fetch retrieve
show display render visible appear
placeholder skeleton spinner loader
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
example sample
snippet excerpt
typo misspelling spelling mistake
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
pointer caret
validate validation verify check verification
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
enemy foe opponent
shortcut remap rebind
sound audio
seed reproducible deterministic
resume continue
truncate trim cut
malformed invalid bad corrupt wrong
row line record entry item
incremental incrementally gradually
stream streaming
type interface typing
cancel abort cancellable superseded outdated
mutate change modify alter edit amend revise correct
circular cycle cyclic
unpack extract unzip decompress
suggest hint closest nearest
colour escape
lazy lazily
compress compression
drain battery power energy
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
search lookup query
send deliver submit
measure record
percentile p95
request call
response answer reply respond
secret credential password token tokenise tokeniser tokenizer
timeout deadline due
race concurrency racy
hang freeze stuck deadlock stall
deprecate deprecated sunset
rename renaming relabel
refactor restructure simplify cleanup
coverage cover tested covered
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
stop end terminate kill
finish complete done completion
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
interrupt interrupted irq
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
enlarge expand unfold
find discover
frequent common usual
structured json
forbid forbidden
skip ignore swallow
lack absent
copy clone
deploy deployment rollout
schedule cron scheduled
queue backlog
job worker task
thread conversation chat
drag move
resize size
align alignment
comment remark
tidy clean
outage downtime unavailable
overwrite clobber
encrypt encryption cipher
retention retained
archive zip
label name
badge shield
guard protect protection
graceful gracefully
spawn fork respawn
inherit extend
symlink junction
newline eol linebreak
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
mute silence
reindex rebuild
rank ranking boost score relevance
wifi wlan
pending waiting queued
channel room
attach attachment
guess brute
unread unseen
bold highlight emphasise
recently lately
stutter jank flicker
flash blink
blank empty
widget component
popover tooltip
margin padding spacing
icon glyph symbol
avatar portrait
gallery album
video clip movie
filename basename
extension suffix
encoding charset
delimiter separator
shipping delivery
catalogue catalog
appointment booking reservation
plural plurals
webhook callback
handler controller
gamepad joystick
middleware interceptor
cors origin
bandwidth traffic
sign signature signing
nonce salt
procedure routine
consumer subscriber
producer publisher
reboot restart
brick unbootable
bluetooth ble
reading measurement
calibrate calibration
drift skew
allocate allocation
garbage gc
baseline reference
regression breakage
lint linter
annotate annotation
docstring jsdoc
faq troubleshooting
glossary vocabulary
licence license
breaking incompatible
minify uglify
polyfill shim
command subcommand
stacktrace backtrace traceback
verbose chatty noisy
silent quiet
progress percentage
clipboard pasteboard
scroll scrolling
tap click press
swipe gesture
vibrate haptic
bullet projectile
weapon gun
player character hero
collision physics
train training fit
inference prediction serving
epoch iteration
dataset corpus
approve approval
review inspect inspection
assign assignment
invite invitation
unsubscribe unfollow
reorder rearrange
recent newer newest latest fresh
result hit
batch minibatch
assert assertion
warning caution
repair mend
multiple several many
attempt try
total sum
earlier previous former past
occur happen
remain stay keep
immediately instantly promptly
location place
safe secure
term word
brief short
acknowledge ack
reveal expose surface
estimate predict
arrange organise
hand manual
accidentally unintentionally
automatic automatically auto
sudden unexpected
spike surge
gap hole
leftover residue orphan orphaned
concurrently simultaneously
wrap enclose
periodic regularly regular recurring
endless forever infinite infinitely ever
`;

/** Each stem and the stem it counts as. */
const concepts = once(
  (): ReadonlyMap<string, string> =>
    new Map(wordLines(SYNONYMS).flatMap((words) => words.map((word) => [stemOf(word), stemOf(words[0] ?? word)]))),
);

/** What a word is about: its stem, and one stem for all words that say the same. */
export function conceptOf(word: string): string {
  return conceptOfStem(stemOf(word));
}

export function conceptOfStem(stem: string): string {
  return concepts().get(stem) ?? stem;
}

/** What is common in any backlog, however small this one is. */
export const common: () => ReadonlySet<string> = once(() =>
  conceptsIn(`add support show fix use fail user test file list page value data set handle check allow make create write
  read run change remove update new work call return time name type error message load build code project app server`),
);

export function conceptsIn(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).map(conceptOf));
}
