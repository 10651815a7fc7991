/** Makes a switch over a union exhaustive: it does not compile while a member is missing. */
export function unreachable(value: never): never {
  throw new Error(`A case nothing handles: ${JSON.stringify(value)}`);
}
