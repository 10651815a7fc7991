/** The same for two ideas whose titles differ in case, punctuation and spaces only and that touch the same paths. */
export function ideaKey({ title, touchPaths = [] }: { title: string; touchPaths?: readonly string[] }): string {
  const words = title
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  return JSON.stringify([words.length > 0 ? words : [title], [...new Set(touchPaths)].sort()]);
}
