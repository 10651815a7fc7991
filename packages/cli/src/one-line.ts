/** Text of a task as one line that cannot forge another or move the cursor. */
export function oneLine(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.trim();
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
