import { stemOf } from './stem.ts';

/** Actions that undo each other. A title that has one and a title that has the other ask for opposite things. */
const OPPOSITES = `
add remove
add drop
create delete
enable disable
allow block
allow forbid
allow reject
show hide
expose hide
increase decrease
increase reduce
raise lower
grow shrink
import export
upload download
encrypt decrypt
start stop
open close
lock unlock
freeze unfreeze
mute unmute
mount unmount
subscribe unsubscribe
install uninstall
require optional
optional always
parse format
serialize deserialize
encode decode
compress decompress
push pull
send receive
read write
backup restore
keep delete
keep drop
always never
always only
parallel order
charge free
skip run
upgrade downgrade
public private
sync async
eager lazy
preload lazy
internal external
before after
expand collapse
split merge
include exclude
pin unpin
pause resume
connect disconnect
attach detach
up down
on off
manual automatic
manually automatically
strict lenient
first last
ascending descending
grant revoke
load unload
register unregister
optional mandatory
parallel sequential
prefer avoid
bundle separate
inline extract
with without
`;

const PAIRS: readonly (readonly [string, string])[] = OPPOSITES.trim()
  .split('\n')
  .map((line) => line.split(' ').map(stemOf))
  .map(([left = '', right = '']) => [left, right]);

/** An order not to do it, or to do it no longer. What merely does not work is a complaint and no order. */
const ORDER = /^(do not|don't|never|stop|no longer)\b/;
const PROMISE = /\b(any ?more|no longer|never)\b/;
const COMPLAINT = /\b(does not|doesn't|cannot|can't|fails?|is not|are not|isn't|never (ends?|stops?|finish\w*))\b/;

/**
 * How surely one of two titles asks for the opposite of the other: surely when what they aim at is opposed, or when one
 * forbids what the other asks for; otherwise as much as the rest of the sentence is the same.
 */
export function opposition(left: Sentence, right: Sentence, sameness: number): number {
  if (areOpposed(aimOf(left), aimOf(right))) return 1;
  const forbidden = [left, right].filter(({ title }) => forbids(title));
  const [one] = forbidden;
  if (forbidden.length === 1 && one) {
    const { stems } = one === left ? right : left;
    // `Early stopping` is what `Stop early` asks for.
    if (stems.includes(one.stems[0] ?? '')) return 0;
    return one.stems.includes(stems[0] ?? '') ? 1 : sameness;
  }
  return areOpposed(new Set(left.stems), new Set(right.stems)) ? sameness : 0;
}

export interface Sentence {
  readonly title: string;
  /** Of all its words, in order. */
  readonly stems: readonly string[];
}

/** `Hide it` aims at hiding; what `Make it optional` aims at stands further back. */
function aimOf({ stems }: Sentence): ReadonlySet<string> {
  return new Set(stems[0] === 'mak' ? stems : stems.slice(0, 1));
}

function areOpposed(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  const onlyLeft = (word: string) => left.has(word) && !right.has(word);
  const onlyRight = (word: string) => right.has(word) && !left.has(word);
  return PAIRS.some(([one, other]) => (onlyLeft(one) && onlyRight(other)) || (onlyLeft(other) && onlyRight(one)));
}

function forbids(title: string): boolean {
  const text = title.trim().toLowerCase();
  return ORDER.test(text) || (PROMISE.test(text) && !COMPLAINT.test(text));
}
