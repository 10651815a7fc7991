/** What is made when it is first asked for. Most runs compare nothing, and begin sooner without what that takes. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
