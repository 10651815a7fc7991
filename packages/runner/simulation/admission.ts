import type { Admission, Verdict } from '@backlog-runner/contracts';

/** Refuses what was refused lately, what is about nothing that is there, and more than a day may bring. */
export function plainAdmission(): Admission {
  return {
    admit(candidates, { rejected, admittedToday, capPerDay = Number.POSITIVE_INFINITY, pathExists }) {
      const refused = new Set(rejected.map(({ title }) => title));
      let admitted = admittedToday;
      return candidates.map((candidate): Verdict => {
        if (refused.has(candidate.title)) return { status: 'rejected', candidate, reason: 'It was refused lately.' };
        if (!candidate.touchPaths.some(pathExists))
          return { status: 'rejected', candidate, reason: 'It is about nothing that is there.' };
        if (admitted >= capPerDay)
          return { status: 'rejected', candidate, reason: 'Enough for today.', mayComeAgain: true };
        admitted += 1;
        return { status: 'admitted', candidate };
      });
    },
  };
}
