import { acp } from 'backlog-runner-provider-acp';

/** A real one is, for instance, `acp({ command: 'opencode', args: ['acp'], mode: 'build', readOnlyMode: 'plan' })`. */
const small = (id, file) =>
  acp({
    id,
    command: process.execPath,
    args: [process.env.SMALL_AGENT],
    mode: 'code',
    readOnlyMode: 'plan',
    env: { SCRIPT: scriptFor(file) },
  });

export default {
  validation: { default: 'git diff --check' },
  workspace: { directory: '../workspaces' },
  attempts: { max: 1 },
  providers: {
    tools: { 'small-coder': small('small-coder', 'code.txt') },
    agents: {
      code: { tool: 'small-coder' },
      ui: { tool: small('small-painter', 'page.txt') },
    },
  },
};

/** What the small agent of test/ does with any prompt: it writes one file. */
function scriptFor(file) {
  const answer = { status: 'done', summary: `There is a ${file}.`, notes: [], candidates: [], patterns: [] };
  return JSON.stringify([{ say: 'On it.' }, { edit: file, content: 'hello\n' }, { answer }]);
}
