import type { Surroundings } from './surroundings.ts';
import { packageVersion } from './version.ts';

/** Carries out one command line. Answers with the exit code, whatever happens. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    if (argv.length === 1 && argv[0] === '--version') {
      surroundings.stdout.write(`${packageVersion()}\n`);
      return 0;
    }
    const { dispatch } = await import('./dispatch.ts');
    return await dispatch(argv, surroundings);
  } catch (error) {
    const { printError } = await import('./print-error.ts');
    return printError(error, surroundings);
  }
}
