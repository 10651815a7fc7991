import { repository, temporaryDirectory } from './temp-project.ts';

const testkit = JSON.stringify(new URL('../../testkit/src/index.ts', import.meta.url).href);

export interface Backlog {
  readonly script?: object;
  readonly config?: string;
  readonly tasks?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** A project whose agents play a script, and where its worktrees are. */
export async function scriptedProject({ script = {}, config = '', tasks = {}, files = {} }: Backlog): Promise<{
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}> {
  const directory = await repository({
    '.gitignore': '.backlog-runner/\nbacklog.md\n',
    'backlog.config.mjs': `
      import { scripted } from ${testkit};
      const tool = scripted(${JSON.stringify(script)});
      export default {
        validation: { default: 'bash scripts/backlog/validate.sh' },
        attempts: { backoffSeconds: 0 },
        providers: { agents: { code: { tool } } },
        ${config}
      };`,
    'scripts/backlog/validate.sh': 'test ! -e broken.txt\n',
    'scripts/backlog/agent.md': 'Be kind.\n',
    ...Object.fromEntries(Object.entries(tasks).map(([id, text]) => [`backlog/tasks/${id}.yaml`, text])),
    ...files,
  });
  return { directory, environment: { XDG_STATE_HOME: temporaryDirectory() } };
}
