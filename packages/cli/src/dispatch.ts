import { COMMANDS } from './command-table.ts';
import { EXIT } from './exit-code.ts';
import { parseCommandLine } from './parse-command-line.ts';
import type { Surroundings } from './surroundings.ts';
import { packageVersion } from './version.ts';

/** Finds the command that was typed, loads it and runs it. */
export async function dispatch(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const line = parseCommandLine(argv, COMMANDS);
  switch (line.kind) {
    case 'helped':
      return EXIT.ok;
    case 'version':
      surroundings.stdout.write(`${packageVersion()}\n`);
      return EXIT.ok;
    case 'mistake': {
      const { BacklogError } = await import('@backlog-runner/contracts');
      throw new BacklogError('USAGE', line.message, { hint: line.hint });
    }
    case 'command': {
      const run = await line.command.load();
      return run(line.invocation, surroundings);
    }
  }
}
