import type { AgentRequest, RunId, SessionId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { type CommandInput, commandLine } from './command-line.ts';

const session = '01a2025c-0000-4000-8000-000000000000' as SessionId;
const request: AgentRequest = {
  prompt: 'Do it.',
  directory: '/workspace',
  access: 'workspace',
  limits: { idleMs: 1, totalMs: 1, toolMs: 1 },
  environment: {},
  origin: { run: 'run' as RunId, role: 'ui', tryNumber: 1, turn: 1 },
};
const settings = {
  allowedTools: ['Bash', 'WebFetch'],
  dangerouslyRunRepositoryHooks: false,
  dangerouslySkipPermissions: false,
};

function lineFor(changes: Partial<AgentRequest>, input: Partial<CommandInput> = {}) {
  return commandLine({ request: { ...request, ...changes }, settings, session, ...input });
}

const follows = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1];

describe('the command line of claude', () => {
  it('reads the prompt from standard input and never carries it', () => {
    const { args, stdin } = lineFor({ prompt: '--dangerously-skip-permissions' });
    expect(stdin).toBe('--dangerously-skip-permissions');
    expect(args).not.toContain('--dangerously-skip-permissions');
  });

  it('begins the session of our choice, or continues it', () => {
    expect(follows(lineFor({}).args, '--session-id')).toBe(session);
    const { args } = lineFor({ resume: session });
    expect(follows(args, '--resume')).toBe(session);
    expect(args).not.toContain('--session-id');
  });

  it('lets an agent edit and use the tools that are allowed, but not make workspaces or plans of its own', () => {
    const { args } = lineFor({});
    expect(follows(args, '--permission-mode')).toBe('acceptEdits');
    expect(follows(args, '--allowedTools')).toBe('Bash,WebFetch');
    expect(follows(args, '--disallowedTools')).toContain('EnterWorktree');
  });

  it('leaves only tools that read with read-only access, whatever else is set', () => {
    const { args } = lineFor(
      { access: 'read-only' },
      { settings: { ...settings, dangerouslySkipPermissions: true, dangerouslyRunRepositoryHooks: true } },
    );
    expect(follows(args, '--tools')).toBe('Read,Glob,Grep');
    expect(args).not.toContain('--allowedTools');
    expect(args).not.toContain('--dangerously-skip-permissions');
  });

  it('keeps the repository’s hooks and servers out unless told otherwise', () => {
    expect(lineFor({}).args.join(' ')).toContain('--setting-sources user --strict-mcp-config');
    const { args } = lineFor({}, { settings: { ...settings, dangerouslyRunRepositoryHooks: true } });
    expect(args).not.toContain('--strict-mcp-config');
    expect(args).not.toContain('--setting-sources');
  });

  it('passes on the model, the number of turns, the system prompt and the schema', () => {
    const limits = { ...request.limits, maxTurns: 7 };
    const { args } = lineFor(
      { model: '-x', limits, outputSchema: { type: 'object' } },
      { systemPromptFile: '/tmp/s.md' },
    );
    expect(args).toContain('--model=-x');
    expect(follows(args, '--max-turns')).toBe('7');
    expect(follows(args, '--append-system-prompt-file')).toBe('/tmp/s.md');
    expect(follows(args, '--json-schema')).toBe('{"type":"object"}');
  });

  it('asks for the schema in the prompt when it is too long for a command line', () => {
    const outputSchema = { description: 'x'.repeat(20_000) };
    const { args, stdin } = lineFor({ outputSchema });
    expect(args).not.toContain('--json-schema');
    expect(stdin.startsWith('Do it.\n\n')).toBe(true);
    expect(stdin).toContain(JSON.stringify(outputSchema));
  });
});
