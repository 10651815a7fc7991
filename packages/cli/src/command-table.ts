import type { CommandInvocation } from './invocation.ts';
import type { Surroundings } from './surroundings.ts';

export interface OptionSpec {
  /** Without the dashes; `no-` in front makes it a switch that is on by default. */
  readonly name: string;
  /** What its value is. Absent: a switch. */
  readonly value?: string;
  /** Whether it may be given more than once. */
  readonly many?: true;
  readonly summary: string;
}

export interface CommandSpec {
  readonly name: string;
  /** Its one argument, when it takes one. */
  readonly argument?: string;
  /** What may follow the argument, any number of times, when anything may. */
  readonly more?: string;
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** Nothing a command needs is loaded before it is known which command it is. */
  readonly load: () => Promise<RunCommand>;
}

/** Carries the command out and answers with the exit code. */
export type RunCommand = (invocation: CommandInvocation, surroundings: Surroundings) => Promise<number>;

const json: OptionSpec = { name: 'json', summary: 'Answer in JSON' };

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'Set up a backlog in this repository',
    options: [
      { name: 'dir', value: 'directory', summary: 'The project directory, by default this one' },
      { name: 'force', summary: 'Overwrite files that exist' },
    ],
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'setup',
    summary: 'Choose how to look for work, who does it and what judges it',
    options: [
      { name: 'agentic', summary: 'Have an agent draft the ways to look for work' },
      { name: 'yes', summary: 'Accept what is recommended' },
      { name: 'json', summary: 'Print what is recommended and change nothing' },
    ],
    load: async () => (await import('./commands/setup.ts')).setup,
  },
  {
    name: 'start',
    summary: 'Work off the backlog',
    options: [
      { name: 'workers', value: 'n', summary: 'How many tasks run at once' },
      { name: 'tool', value: 'name', summary: 'The agent for every role, such as codex or claude' },
      { name: 'model', value: 'name', summary: 'The model, or an alias of the config such as fast or best' },
      { name: 'once', summary: 'Stop when nothing can move, instead of waiting for more' },
      { name: 'task', value: 'id', many: true, summary: 'Only this task; may be repeated' },
      { name: 'no-worktrees', summary: 'Work in this checkout, one task at a time' },
      { name: 'json', summary: 'Answer with one JSON event per line and a summary as the last' },
    ],
    load: async () => (await import('./commands/start.ts')).start,
  },
  {
    name: 'stop',
    summary: 'Drain every runner of this backlog and wait for it',
    options: [{ name: 'timeout', value: 'seconds', summary: 'How long to wait, by default 60' }],
    load: async () => (await import('./commands/stop.ts')).stop,
  },
  {
    name: 'status',
    summary: 'Show what runs, what waits and why; changes nothing',
    options: [{ name: 'verbose', summary: 'Also leases, attempts and finished tasks' }, json],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'sync',
    summary: 'Turn the inbox into tasks, check every spec, regenerate backlog.md',
    options: [json],
    load: async () => (await import('./commands/sync.ts')).sync,
  },
  {
    name: 'add',
    argument: 'title',
    summary: 'Add a task',
    options: [
      { name: 'priority', value: 'high|normal|low', summary: 'By default normal' },
      { name: 'kind', value: 'implementation|research', summary: 'By default implementation' },
      { name: 'path', value: 'path', many: true, summary: 'A path the work may change; may be repeated' },
      { name: 'criterion', value: 'text', many: true, summary: 'How to tell that it is done; may be repeated' },
      { name: 'depends', value: 'id', many: true, summary: 'A task that comes first; may be repeated' },
      { name: 'description', value: 'text', summary: 'Everything the agent should know' },
      { name: 'domain', value: 'ui_ux|code_logic', summary: 'Which agent suits it, by default told by the paths' },
      { name: 'profile', value: 'name', summary: 'The validation profile, by default told by the paths' },
      { name: 'capability', value: 'name', many: true, summary: 'What only one task may use at a time' },
      json,
    ],
    load: async () => (await import('./commands/add.ts')).add,
  },
  {
    name: 'list',
    summary: 'List the tasks',
    options: [{ name: 'state', value: 'state', summary: 'Only tasks in this state' }, json],
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    name: 'show',
    argument: 'id',
    summary: 'Show one task and what happened to it',
    options: [json],
    load: async () => (await import('./commands/show.ts')).show,
  },
  {
    name: 'plan',
    more: 'id',
    summary: 'Let the planner refine tasks; or show, accept or reject a plan',
    options: [
      { name: 'review', summary: 'Keep the plan for you to accept or reject' },
      { name: 'note', value: 'text', summary: 'Why a plan is rejected' },
      { name: 'tool', value: 'name', summary: 'The agent that plans' },
      { name: 'model', value: 'name', summary: 'Its model' },
      json,
    ],
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    name: 'pass',
    argument: 'list|run|add|remove|enable|disable',
    more: 'id',
    summary: 'See, run or change the passes that look for work',
    options: [
      { name: 'description', value: 'text', summary: 'What a new pass looks for' },
      { name: 'every', value: 'time', summary: 'The shortest time between two turns, such as 12h' },
      { name: 'tool', value: 'name', summary: 'The agent that is asked' },
      { name: 'model', value: 'name', summary: 'Its model' },
      json,
    ],
    load: async () => (await import('./commands/pass.ts')).pass,
  },
  {
    name: 'verify',
    summary: 'Prove from the records that nothing was lost and nothing landed twice',
    options: [json],
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'gc',
    summary: 'Remove what is of no more use, and say why',
    options: [
      { name: 'dry-run', summary: 'Only say what would be removed' },
      { name: 'days', value: 'n', summary: 'How long attempts are kept after their task landed, by default 14' },
      json,
    ],
    load: async () => (await import('./commands/gc.ts')).gc,
  },
  {
    name: 'prompt',
    argument: 'task|pass|plan',
    more: 'id',
    summary: 'Print exactly what an agent would be asked',
    options: [json],
    load: async () => (await import('./commands/prompt.ts')).prompt,
  },
  {
    name: 'doctor',
    summary: 'Find what is wrong, say why and what to type',
    options: [
      { name: 'repair', summary: 'Mend what can be mended without losing anything' },
      { name: 'live', summary: 'Also ask each agent one tiny question, which costs a little' },
      json,
    ],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
];
