/** A table written as text: one line of words after the other. */
export function wordLines(text: string): readonly (readonly string[])[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
}
