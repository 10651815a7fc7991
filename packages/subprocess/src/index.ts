export { MARK_VARIABLE, markFor } from '@backlog-runner/contracts';
export { endMarked, findMarked, findMarks } from './end-marked.ts';
export { allowedEnvironment, BASE_ENVIRONMENT_NAMES, type EnvironmentAllowance } from './environment.ts';
export { findExecutable } from './find-executable.ts';
export type { ProcessEnd, ProcessResult, ProcessSpec, RunningProcess } from './process.ts';
export { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts';
export { type RunSpec, runProcess } from './run-process.ts';
export { shellCommand } from './shell-command.ts';
export { startProcess } from './start-process.ts';
