import type { CommandFacts, DoctorFacts } from './facts.ts';
import type { Finding } from './finding.ts';

/** Whether the commands of the config can be started. They are not. */
export function judgeCommands({ commands }: DoctorFacts): readonly Finding[] {
  return commands.flatMap(judgeCommand);
}

function judgeCommand({ key, command, program, script }: CommandFacts): readonly Finding[] {
  const find = (cause: string, next: string): Finding => ({
    severity: 'error',
    about: 'validation',
    cause: `\`${key}\` is \`${command}\`, ${cause}`,
    next,
  });
  if (script && !script.exists) {
    const isInitial = script.path === 'scripts/backlog/validate.sh';
    const next = isInitial ? 'npx backlog-runner init' : `Create ${script.path}, or correct \`${key}\` in the config.`;
    return [find(`and there is no file ${script.path}.`, next)];
  }
  if (script?.isProgram && !script.isExecutable) {
    const next = `chmod +x ${script.path} && git add ${script.path} && git commit -m "Make it executable"`;
    return [
      {
        ...find(`and ${script.path} is not executable.`, next),
        repair: { kind: 'make-executable', path: script.path },
      },
    ];
  }
  if (script?.isProgram && script.isCommittedExecutable === false) {
    const next = `git add --chmod=+x ${script.path} && git commit -m "Make it executable"`;
    return [find(`and ${script.path} is not executable in the commit that workspaces are made from.`, next)];
  }
  if (script?.checksNothing) {
    return [
      find(
        'which checks nothing yet and lets nothing land.',
        `Write into ${script.path} what must pass, such as your tests.`,
      ),
    ];
  }
  if (program && !program.isFound) {
    const next = `Install \`${program.name}\`, or correct \`${key}\` in the config.`;
    return [find(`and there is no program \`${program.name}\` on the PATH that workspaces get.`, next)];
  }
  if (script?.mistake === undefined) return [];
  return [find(`and ${script.path} does not parse: ${script.mistake}`, `Correct ${script.path}.`)];
}
