import {
  system as defaultSystem,
  type Redact,
  redactor,
  type System,
  unreachable,
  type Validation,
  type ValidationRequest,
  type ValidationResult,
} from '@backlog-runner/contracts';
import { markFor, runProcess, shellCommand } from '@backlog-runner/subprocess';
import { endOfOutput, lastLine } from './findings.ts';
import { protection } from './protected-paths.ts';
import { DEFAULT_PROFILE, type RoutingRule, routeTask } from './route.ts';
import { verdictOn } from './verdict.ts';

/** Kept of each output, to be cut once more after it has been redacted. */
const OUTPUT_BYTES = 256 * 1024;

export interface CommandValidationOptions {
  /** Command lines for the shell, by profile. They are the user's own and trusted. */
  readonly commands: { readonly default: string; readonly profiles: Readonly<Record<string, string>> };
  /** The first rule that holds for a task counts. */
  readonly routing: readonly RoutingRule[];
  /** Files and directories that only a task which claims them may change, besides the runner's own. */
  readonly protectedPaths?: readonly string[];
  /** What every command sees, besides what the workspace adds. */
  readonly environment: Readonly<Record<string, string>>;
  /** The longest a command may take. */
  readonly timeoutMs: number;
  /** Applied to all output that is passed on. Default: hides the secrets of the environment. */
  readonly redact?: Redact;
  readonly system?: System;
}

/**
 * Validation by a shell command of the project. Nothing of a task reaches the command line; its id is in the
 * environment as `BACKLOG_TASK_ID`.
 */
export function commandValidation(options: CommandValidationOptions): Validation {
  const { commands, routing, environment, timeoutMs, protectedPaths = [], system = defaultSystem } = options;
  const isProtected = protection({ commands: [commands.default, ...Object.values(commands.profiles)], protectedPaths });
  const commandOf = (profile: string) => {
    if (profile === DEFAULT_PROFILE) return commands.default;
    return Object.hasOwn(commands.profiles, profile) ? commands.profiles[profile] : undefined;
  };

  const judge = async (request: ValidationRequest, profile: string, command: string): Promise<ValidationResult> => {
    const seen = { ...environment, ...request.environment, BACKLOG_TASK_ID: request.task.id };
    const redact = options.redact ?? redactor(seen);
    const { end, durationMs, ...printed } = await runProcess(
      {
        ...shellCommand(command),
        cwd: request.directory,
        environment: seen,
        mark: markFor(request.run, system),
        totalMs: timeoutMs,
        maxOutputBytes: OUTPUT_BYTES,
        ...(request.signal && { signal: request.signal }),
      },
      { system },
    );
    const verdict = verdictOn(end);
    switch (verdict.status) {
      case 'passed':
        return { status: 'passed', profile, durationMs };
      case 'refused': {
        const output = endOfOutput(printed, redact);
        return {
          status: 'refused',
          profile,
          findings: [{ command: redact(command), exitCode: verdict.exitCode, output }],
        };
      }
      case 'inconclusive': {
        const said = lastLine(printed, redact);
        const reason = `The validation command ${verdict.reason}${said === '' ? '.' : `. It last said: ${said}`}`;
        return { status: 'inconclusive', profile, reason };
      }
      default:
        return unreachable(verdict);
    }
  };

  return {
    async run(request) {
      const profile = routeTask(request.task, routing);
      const command = commandOf(profile);
      // A shell would call an empty command a success.
      if (command === undefined || command.trim() === '') {
        return { status: 'inconclusive', profile, reason: `The config has no command for the profile \`${profile}\`.` };
      }
      return judge(request, profile, command);
    },
    protectedAmong: (task, paths) => paths.filter((path) => isProtected(path, task.touchPaths)),
  };
}
