/** Signs that move, hide or colour other text where they are shown: control, format, lone surrogate, line separators. */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;
const GAPS = /[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\s]+/gu;

const LONGEST_TEXT = 300;

/** Untrusted text as one bounded line of visible characters, safe for a terminal. Cut text ends with `…`. */
export function oneLine(text: string, longest: number = LONGEST_TEXT): string {
  // No more is read than can be shown, however much there is.
  const visible = text
    .slice(0, longest * 8)
    .replace(GAPS, ' ')
    .replace(INVISIBLE, '')
    .trim();
  const characters = Array.from(visible);
  if (characters.length <= longest && text.length <= longest * 8) return visible;
  return `${characters
    .slice(0, longest - 1)
    .join('')
    .trimEnd()}…`;
}
