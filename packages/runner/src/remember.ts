import type { TaskId } from '@backlog-runner/contracts';

/** How many facts one piece of work may add. */
const MOST_AT_ONCE = 3;
/** Longer is no short fact. */
const LONGEST = 300;
/** With these many learned facts the oldest gives way to a new one. */
const MOST_LEARNED = 50;

const HEADING = '## Learned';
/** Only what was written here looks like this; whatever else a person writes stays as it is. */
const LEARNED = /^- (.*) \(learned from `[a-z0-9][a-z0-9._-]*`\)$/;

/**
 * What the repository remembers, with what an agent proposes to remember: each as one list item, marked as learned, at the
 * end of the text. What is there already in other capitals or punctuation is left out. Without anything new, the same text.
 */
export function remember(text: string, proposed: readonly string[], from: TaskId): string {
  const known = new Set(text.split('\n').map((line) => keyOf(LEARNED.exec(line)?.[1] ?? line.replace(/^[-*] /, ''))));
  const fresh: string[] = [];
  for (const fact of proposed.map(asFact)) {
    if (fact === '' || known.has(keyOf(fact)) || fresh.length === MOST_AT_ONCE) continue;
    known.add(keyOf(fact));
    fresh.push(`- ${fact} (learned from \`${from}\`)`);
  }
  if (fresh.length === 0) return text;
  const kept = withoutOldest(text, fresh.length);
  const body = kept === '' || kept.endsWith('\n') ? kept : `${kept}\n`;
  if (LEARNED.test(body.trimEnd().split('\n').at(-1) ?? '')) return `${body.trimEnd()}\n${fresh.join('\n')}\n`;
  const heading = body.split('\n').includes(HEADING) ? '' : `${HEADING}\n\n`;
  return `${body}${body === '' ? '' : '\n'}${heading}${fresh.join('\n')}\n`;
}

/** Whether the second text is the first one but for what was learned. */
export function onlyRemembers(before: string, after: string): boolean {
  const own = (text: string) =>
    text.split('\n').filter((line) => line.trim() !== '' && line !== HEADING && !LEARNED.test(line));
  return own(before).join('\n') === own(after).join('\n');
}

/** One line that can end neither its list item nor begin a comment. */
function asFact(text: string): string {
  const line = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/^ ?(?:[-*+] |#+ |\d+[.)] )*/, '')
    .replaceAll('<!--', '<! --')
    .trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1).trimEnd()}…` : line;
}

function keyOf(fact: string): string {
  return fact
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function withoutOldest(text: string, coming: number): string {
  const lines = text.split('\n');
  let surplus = lines.filter((line) => LEARNED.test(line)).length + coming - MOST_LEARNED;
  const kept = lines.filter((line) => {
    if (surplus <= 0 || !LEARNED.test(line)) return true;
    surplus -= 1;
    return false;
  });
  return kept.join('\n');
}
