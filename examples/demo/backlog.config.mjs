import { scripted } from '@backlog-runner/testkit';

const greetTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from '../src/greet.js';

test('greets by name', () => {
  assert.equal(greet('Ada'), 'Hello, Ada!');
  assert.equal(greet(), 'Hello!');
});
`;

const shoutTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shout } from '../src/shout.js';

test('shouts', () => {
  assert.equal(shout('Ada'), 'HELLO, ADA!');
});
`;

const impossibleTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';

test('one is two', () => {
  assert.equal(1, 2);
});
`;

/** An agent without an account: it plays one turn after the other, in a real process. */
const agent = scripted({
  delayMs: 300,
  tasks: {
    'greet-by-name': [
      {
        say: 'Writing the greeting and its test.',
        write: {
          'src/greet.js': "export function greet(name) {\n  return 'Hello, ' + name + '!';\n}\n",
          'test/greet-by-name.test.js': greetTest,
        },
      },
      {
        say: 'The greeting without a name broke. Mending it.',
        write: {
          'src/greet.js': "export function greet(name) {\n  return name ? 'Hello, ' + name + '!' : 'Hello!';\n}\n",
        },
        answer: { summary: 'greet takes a name; without one it greets as before.' },
      },
    ],
    shout: [
      {
        say: 'Building on greet.',
        write: {
          'src/shout.js':
            "import { greet } from './greet.js';\n\nexport function shout(name) {\n  return greet(name).toUpperCase();\n}\n",
          'test/shout.test.js': shoutTest,
        },
        answer: { summary: 'shout is greet in capitals.' },
      },
    ],
    'mention-greeting': [
      {
        append: { 'CHANGELOG.md': '\n- People are greeted by name.\n' },
        answer: { summary: 'The changelog mentions greeting by name.' },
      },
    ],
    'mention-shouting': [
      {
        append: { 'CHANGELOG.md': '\n- Greetings can be shouted.\n' },
        answer: { summary: 'The changelog mentions shouting.' },
      },
    ],
    'prove-one-is-two': [{ say: 'Surely this time.', write: { 'test/one-is-two.test.js': impossibleTest } }],
  },
});

export default {
  validation: { default: 'bash scripts/backlog/validate.sh' },
  workspace: { workers: 3, directory: '../workspaces' },
  attempts: { max: 2, returns: 1, backoffSeconds: 1 },
  providers: { agents: { code: { tool: agent }, ui: { tool: agent } } },
};
