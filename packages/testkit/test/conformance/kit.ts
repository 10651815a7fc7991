import { describe, expect, it } from 'vitest';
import { type ConformanceCase, runCases, type Subject, type World } from '../../src/conformance/index.ts';

/** The names of cases, without the contract: first the one whose sentence is broken, then those that break with it. */
export type Breaks = readonly [string, ...string[]];

/** A part that is broken in one way. Exactly these cases fail. */
export interface Mutant<Made extends World, Need extends string> {
  readonly breaks: Breaks;
  readonly subject: Subject<Made, Need>;
}

/** How long a broken part may hang. A sound one answers at once. */
const PATIENCE_MS = 300;

/** The cases let a sound part pass, and each finds out the part that breaks its sentence. */
export function describeCases<Made extends World, Need extends string>(
  prefix: string,
  cases: readonly ConformanceCase<Made, Need>[],
  sound: Subject<Made, Need>,
  mutants: readonly Mutant<Made, Need>[],
): void {
  const nameOf = ({ id }: { readonly id: string }) => id.slice(`${prefix}/`.length);

  describe(`the cases of ${prefix}`, () => {
    it.each(cases.map((one) => [one.id, one] as const))('let the part in memory pass: %s', async (_, one) => {
      expect(one.skipped(sound)).toBeUndefined();
      await one.run(sound);
    });

    it.each(mutants.map((mutant) => [mutant.breaks[0], mutant] as const))('find what breaks %s', async (_, mutant) => {
      const failed: string[] = [];
      for await (const report of runCases(cases, { ...mutant.subject, patienceMs: PATIENCE_MS })) {
        if (report.status === 'failed') failed.push(nameOf(report));
      }
      expect(failed.sort()).toEqual([...mutant.breaks].sort());
    });

    it('have ids of their own, and for each there is a mutant that breaks it', () => {
      const names = cases.map(nameOf);
      expect(names).toEqual([...new Set(names)]);
      const broken = new Set(mutants.map(({ breaks }) => breaks[0]));
      expect(names.filter((name) => !broken.has(name))).toEqual([]);
    });
  });
}
