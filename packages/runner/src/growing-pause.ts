/** A pause that doubles with every step, from the first to the longest. */
export function growingPause(
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
  step: number,
): number {
  return Math.min(firstMs * 2 ** Math.min(step, 30), maxMs);
}
