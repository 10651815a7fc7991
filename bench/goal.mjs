/** Says whether a goal of the project is met, in the form `run.mjs` collects. */
export function goal(letter, claim, isMet) {
  console.log(`goal ${letter}: ${claim}: ${isMet ? 'met' : 'NOT met'}`);
}
