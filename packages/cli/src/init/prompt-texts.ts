/** The files for people and agents that `init` puts into `scripts/backlog/`. */
export const README: string = `# The backlog's own files

| file | what it is |
| --- | --- |
| \`validate.sh\` | Decides what may land. Work lands only when it exits with 0. |
| \`agent.md\` | Standing instructions for the agents that work on tasks. |
| \`patterns.md\` | What earlier work taught; agents read it before each task, and the runner adds what they learnt. |
| \`planner.md\` | Instructions for the agent that makes planned tasks ready. |
| \`passes/\` | One prompt for each way of finding new work. |

Agents and validation read these files from the commit the work starts at. Commit a change before you start a run;
a task changes them only when its \`touch_paths\` name them.

\`\`\`sh
npx backlog-runner add "Say hello in the README" --path README.md --criterion "The README greets the reader."
npx backlog-runner start --once
npx backlog-runner status
\`\`\`
`;

export const AGENT: string = `# Standing instructions

- Do what the task asks, and nothing else. Its acceptance criteria decide when it is done.
- Stay within the task's touch paths. When the work needs more, say so instead of doing it.
- Read the code around a change first, and write as it does.
- Add or change tests with the behaviour they are about.
- Run the checks you can before you finish. Do not weaken or skip a check to make it pass.
- Do not commit, push, or change branches: the runner commits what you leave in the working copy.
- Leave no process running and no temporary file behind.
- Report work you found on the way as candidates. Do not do it.
- When the task cannot be done as asked, change nothing and say why.
`;

export const PLANNER: string = `# Instructions for planning

A planned task is vague. Make it one or a few tasks that an agent can finish without asking:

- a title that says what will be true when it is done,
- acceptance criteria anyone can check,
- the touch paths the work needs, as narrow as they can be,
- the tasks that must be done before it.

Read the repository before you answer. Change no file.
`;

export const PATTERNS: string = `# What earlier work taught

Short, lasting facts about this repository that save the next task time: where things are, how they are done here, what
looked right and was not.
`;
