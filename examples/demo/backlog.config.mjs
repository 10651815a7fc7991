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

const goodbyeTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goodbye } from '../src/goodbye.js';

test('says goodbye by name', () => {
  assert.equal(goodbye('Ada'), 'Goodbye, Ada!');
});
`;

const child = (key, title, paths, criteria, after = []) => ({
  key,
  title,
  task_kind: 'implementation',
  priority: 'normal',
  execution_domain: null,
  validation_profile: null,
  touch_paths: paths,
  capabilities: [],
  acceptance_criteria: [criteria],
  description: '',
  after,
  depends_on: [],
});

const planForGoodbye = {
  summary: 'Saying goodbye is a function, its louder form, and a line in the changelog.',
  supersedes: [{ parent: 'say-goodbye', children: ['goodbye', 'loud', 'changelog'] }],
  children: [
    child(
      'goodbye',
      'Say goodbye by name',
      ['src/goodbye.js', 'test/goodbye.test.js'],
      "goodbye('Ada') returns Goodbye, Ada!",
    ),
    child('loud', 'Shout a goodbye', ['src/loud-goodbye.js'], "loudGoodbye('Ada') returns GOODBYE, ADA!", ['goodbye']),
    child(
      'changelog',
      'Mention goodbyes in the changelog',
      ['CHANGELOG.md'],
      'The changelog says that people can say goodbye.',
    ),
  ],
};

const candidate = (title, path, description, criterion) => ({
  title,
  description,
  priority: 'low',
  touch_paths: [path],
  acceptance_criteria: [criterion],
});

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
    'say-goodbye-by-name*': [
      {
        write: {
          'src/goodbye.js': "export function goodbye(name) {\n  return 'Goodbye, ' + name + '!';\n}\n",
          'test/goodbye.test.js': goodbyeTest,
        },
        answer: { summary: 'goodbye takes a name.', patterns: ['Each function has a file of its own in src/.'] },
      },
    ],
    'shout-a-goodbye*': [
      {
        write: {
          'src/loud-goodbye.js':
            "import { goodbye } from './goodbye.js';\n\nexport function loudGoodbye(name) {\n  return goodbye(name).toUpperCase();\n}\n",
        },
        answer: {
          summary: 'loudGoodbye is goodbye in capitals.',
          candidates: [
            candidate(
              'List all functions in a readme',
              'README.md',
              'There are four functions now, and nothing says so.',
              'The readme names each function of src/.',
            ),
          ],
        },
      },
    ],
    'mention-goodbyes*': [
      {
        append: { 'CHANGELOG.md': '\n- People can say goodbye.\n' },
        answer: { summary: 'The changelog mentions saying goodbye.' },
      },
    ],
    'list-all-functions*': [
      {
        write: { 'README.md': '# Greeter\n\ngreet, shout, goodbye, loudGoodbye\n' },
        answer: { summary: 'The readme lists the functions.' },
      },
    ],
    'explain-how-to-run-the-tests*': [
      {
        write: { 'CONTRIBUTING.md': '# Contributing\n\nRun the tests: npm test\n' },
        answer: { summary: 'CONTRIBUTING.md says how to run the tests.' },
      },
    ],
    'prove-one-is-two': [{ say: 'Surely this time.', write: { 'test/one-is-two.test.js': impossibleTest } }],
  },
  roles: {
    planner: [{ say: 'Reading what there is.', rawAnswer: planForGoodbye }],
    discovery: [
      {
        rawAnswer: {
          candidates: [
            candidate(
              'Explain how to run the tests',
              'CONTRIBUTING.md',
              'A newcomer finds the command only in package.json.',
              'CONTRIBUTING.md names the command.',
            ),
            candidate(
              'Mention in the changelog that greetings can be shouted',
              'CHANGELOG.md',
              'The changelog does not mention shouting.',
              'The changelog mentions shouting.',
            ),
          ],
        },
      },
    ],
  },
});

export default {
  validation: { default: 'bash scripts/backlog/validate.sh' },
  workspace: { workers: 3, directory: '../workspaces' },
  planner: { maxTries: 1 },
  discovery: {
    enabled: true,
    passes: { 'missing-words': { description: 'Looks for what is written nowhere.', every: '1d' } },
  },
  attempts: { max: 2, returns: 1, backoffSeconds: 1 },
  providers: { agents: { code: { tool: agent } } },
};
