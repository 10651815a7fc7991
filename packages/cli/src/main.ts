import { COMMANDS } from './command-table.ts';
import { EXIT } from './exit-code.ts';
import { parseCommandLine } from './parse-command-line.ts';
import type { Surroundings } from './surroundings.ts';

/** Carries out one command line. Answers with the exit code, whatever happens. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  try {
    return await dispatch(argv, surroundings);
  } catch (error) {
    const { printError } = await import('./print-error.ts');
    return printError(error, surroundings);
  }
}

async function dispatch(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const line = parseCommandLine(argv, COMMANDS);
  switch (line.kind) {
    case 'helped':
      return EXIT.ok;
    case 'version':
      surroundings.stdout.write(`${surroundings.version}\n`);
      return EXIT.ok;
    case 'mistake': {
      const { BacklogError } = await import('@backlog-runner/contracts');
      throw new BacklogError('USAGE', line.message, { hint: line.hint });
    }
    case 'command': {
      const spec = COMMANDS.find(({ name }) => name === line.name);
      if (!spec) throw new Error(`A command that nothing carries out: ${line.name}`);
      const run = await spec.load();
      return run(line.invocation, surroundings);
    }
  }
}
