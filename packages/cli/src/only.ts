/** Those of which something holds that takes time to find out. */
export async function only(
  paths: readonly string[],
  holds: (path: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const path of paths) if (await holds(path)) kept.push(path);
  return kept;
}
