import type { AgentRequest, RunId, SessionId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { type CommandInput, commandLine } from './command-line.ts';

const request: AgentRequest = {
  prompt: 'Do it.',
  directory: '/workspace',
  access: 'workspace',
  limits: { idleMs: 1, totalMs: 1, toolMs: 1 },
  environment: {},
  origin: { run: 'run' as RunId, role: 'code', tryNumber: 1, turn: 1 },
};
const settings = {
  extraConfig: [],
  networkAccess: false,
  dangerouslyBypassSandbox: false,
  dangerouslyTrustRepositoryConfig: false,
};

function lineFor(changes: Partial<AgentRequest>, input: Partial<CommandInput> = {}) {
  return commandLine({
    request: { ...request, ...changes },
    settings,
    hiddenVariables: [],
    directories: ['/workspace'],
    guidance: [],
    ...input,
  });
}

const follows = (args: readonly string[], flag: string) => args[args.indexOf(flag) + 1];

describe('the command line of codex', () => {
  it('reads the prompt from standard input and never carries it', () => {
    const { args, stdin } = lineFor({ prompt: '-c evil=true' });
    expect(stdin).toBe('-c evil=true');
    expect(args).not.toContain('-c evil=true');
    expect(args.at(-1)).toBe('-');
  });

  it('names the sandbox and the directory before `resume`, which forgets them', () => {
    const { args } = lineFor({ resume: '01a2025c-0000-7000-8000-000000000000' as SessionId });
    expect(args.slice(-3)).toEqual(['resume', '01a2025c-0000-7000-8000-000000000000', '-']);
    expect(follows(args, '-s')).toBe('workspace-write');
    expect(follows(args, '-C')).toBe('/workspace');
  });

  it('never waits for the network without end, and does not look for updates or plugins', () => {
    const { args } = lineFor({});
    expect(args.join(' ')).toContain('--disable unbounded_connection_retries --disable plugins --disable apps');
    expect(args).toContain('check_for_update_on_startup=false');
  });

  it('stays read-only, also when the sandbox may be bypassed', () => {
    const free = { ...settings, dangerouslyBypassSandbox: true };
    expect(follows(lineFor({ access: 'read-only' }, { settings: free }).args, '-s')).toBe('read-only');
    expect(lineFor({}, { settings: free }).args).toContain('--dangerously-bypass-approvals-and-sandbox');
    expect(lineFor({}).args).not.toContain('--dangerously-bypass-approvals-and-sandbox');
  });

  it('does not trust what an agent may have written into the repository, whatever the user trusted before', () => {
    const input = { directories: ['/repo/a "b"', '/repo'] };
    expect(lineFor({}, input).args).toContain(
      'projects={"/repo/a \\"b\\""={trust_level="untrusted"},"/repo"={trust_level="untrusted"}}',
    );
    const trusting = { ...settings, dangerouslyTrustRepositoryConfig: true };
    expect(lineFor({}, { settings: trusting }).args).toContain('projects={"/workspace"={trust_level="trusted"}}');
  });

  it('passes on what the repository says, as a part of the prompt that is marked', () => {
    const { args, stdin } = lineFor({}, { guidance: ['Use tabs.', 'Use LF.'] });
    expect(stdin).toBe(
      '<repository-guidance>\nUse tabs.\n</repository-guidance>\n\n<repository-guidance>\nUse LF.\n</repository-guidance>\n\nDo it.',
    );
    expect(args.join(' ')).not.toContain('Use tabs.');
  });

  it('opens the network only when told to', () => {
    const open = 'sandbox_workspace_write.network_access=true';
    expect(lineFor({}).args).not.toContain(open);
    expect(lineFor({}, { settings: { ...settings, networkAccess: true } }).args).toContain(open);
  });

  it('hides the variables it is told to hide', () => {
    const { args } = lineFor({}, { hiddenVariables: ['CODEX_API_KEY'] });
    expect(args).toContain('shell_environment_policy.exclude=["CODEX_API_KEY"]');
  });

  it('passes a model, a schema and the user’s config on; the config comes last, so that it wins', () => {
    const extraConfig = ['model_reasoning_effort="high"'];
    const { args } = lineFor(
      { model: '--oss' },
      { schemaFile: '/tmp/schema.json', settings: { ...settings, extraConfig } },
    );
    expect(args).toContain('--model=--oss');
    expect(follows(args, '--output-schema')).toBe('/tmp/schema.json');
    expect(args[args.lastIndexOf('-c') + 1]).toBe('model_reasoning_effort="high"');
  });

  it('gives instructions as a developer, and in the prompt, marked, when they are too long for a command line', () => {
    const short = lineFor({ instructions: 'Be "brief".\n' });
    expect(short.args).toContain('developer_instructions="Be \\"brief\\".\\n"');
    expect(short.stdin).toBe('Do it.');
    const long = lineFor({ instructions: 'x'.repeat(20_000) });
    expect(long.args.join(' ').length).toBeLessThan(16_000);
    expect(long.stdin).toBe(`<standing-instructions>\n${'x'.repeat(20_000)}\n</standing-instructions>\n\nDo it.`);
  });
});
