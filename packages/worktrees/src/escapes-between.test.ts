import { describe, expect, it } from 'vitest';
import {
  type Explained,
  escapesBetween,
  type Fingerprint,
  NOTHING_EXPLAINED,
  type WorkspaceFacts,
} from './escapes-between.ts';

type Sketch = Partial<Record<'checkout' | 'index' | 'refs' | 'hooks' | 'gitConfig', Record<string, string>>> & {
  readonly workspaces?: Record<string, WorkspaceFacts>;
};

const fingerprint = ({ workspaces = {}, ...facts }: Sketch): Fingerprint => {
  const map = (name: keyof typeof facts) => new Map(Object.entries(facts[name] ?? {}));
  return {
    checkout: map('checkout'),
    index: map('index'),
    refs: map('refs'),
    hooks: map('hooks'),
    gitConfig: map('gitConfig'),
    workspaces: new Map(Object.entries(workspaces)),
  };
};

const workspace = (facts: { idle?: string; gitdir?: string; config?: string }): WorkspaceFacts => ({
  directory: '/pool/w2',
  idle: facts.idle,
  links: new Map([['w2/gitdir', facts.gitdir ?? '/pool/w2/.git']]),
  settings: new Map(facts.config === undefined ? [] : [['w2/config.worktree', facts.config]]),
  installing: false,
  altered: [],
});

interface Example {
  readonly title: string;
  readonly before: Sketch;
  readonly after: Sketch;
  readonly explained?: Partial<Record<keyof Explained, readonly string[]>>;
  readonly escapes: readonly string[];
}

const mine = { checkout: { 'notes.txt': 'untracked 1', 'a.ts': 'file 1' }, index: { 'a.ts': '100644 1' } };

const examples: readonly Example[] = [
  { title: 'nothing changed', before: mine, after: mine, escapes: [] },
  { title: 'a file differs from HEAD now', before: {}, after: { checkout: { b: 'file 2' } }, escapes: ['checkout b'] },
  {
    title: 'an edit of the user is edited further',
    before: mine,
    after: { ...mine, checkout: { ...mine.checkout, 'a.ts': 'file 2' } },
    escapes: ['checkout a.ts'],
  },
  {
    title: 'edits of the user are thrown away',
    before: mine,
    after: {},
    escapes: ['checkout a.ts', 'checkout notes.txt', 'index a.ts'],
  },
  {
    title: 'a landing holds what the user had already',
    before: mine,
    after: {},
    explained: { landed: ['a.ts', 'notes.txt'] },
    escapes: [],
  },
  {
    title: 'a file that a landing changed is edited as well',
    before: {},
    after: { checkout: { 'a.ts': 'file 2' } },
    explained: { landed: ['a.ts'] },
    escapes: ['checkout a.ts'],
  },
  {
    title: 'a landing was cut off, or one was taken back',
    before: { checkout: { x: 'file 1' } },
    after: { checkout: { y: 'file 1' }, index: { y: '100644 1' } },
    explained: { unsettled: ['x', 'y'] },
    escapes: [],
  },
  {
    title: 'a landing changed which files are ignored',
    before: { checkout: { 'dist/a': 'untracked file 1' } },
    after: { checkout: { 'tmp/b': 'untracked file 2', 'a.ts': 'file 3' } },
    explained: { landed: ['packages/app/.gitignore'] },
    escapes: ['checkout a.ts'],
  },
  {
    title: 'an untracked file is other than it was, whatever is ignored',
    before: { checkout: { 'dist/a': 'untracked file 1' } },
    after: { checkout: { 'dist/a': 'untracked file 2' } },
    explained: { landed: ['.gitignore'] },
    escapes: ['checkout dist/a'],
  },
  {
    title: 'refs appear, move and vanish',
    before: { refs: { 'refs/heads/main': '1', 'refs/heads/mine': '1', 'refs/tags/v1': '1' } },
    after: { refs: { 'refs/heads/main': '2', 'refs/heads/mine': '2', 'refs/heads/new': '1' } },
    explained: { refs: ['refs/heads/main'] },
    escapes: ['ref refs/heads/mine', 'ref refs/heads/new', 'ref refs/tags/v1'],
  },
  {
    title: 'hooks and config, which nothing explains',
    before: { hooks: { h: 'file 1' }, gitConfig: { c: 'file 1' } },
    after: { hooks: { h: 'program 1' }, gitConfig: { c: 'file 2' } },
    explained: { landed: ['h', 'c'], refs: ['h', 'c'], unsettled: ['h', 'c'] },
    escapes: ['hook h', 'git-config c'],
  },
  {
    title: 'a workspace leads elsewhere, whoever uses it',
    before: { workspaces: { w2: workspace({}) } },
    after: { workspaces: { w2: workspace({ gitdir: '/elsewhere/.git' }) } },
    escapes: ['workspace w2/gitdir'],
  },
  {
    title: 'a workspace was only half made at the first look',
    before: { workspaces: { w2: { ...workspace({}), links: new Map() } } },
    after: { workspaces: { w2: workspace({}) } },
    escapes: [],
  },
  {
    title: 'an idle workspace has settings now',
    before: { workspaces: { w2: workspace({ idle: 'x.1' }) } },
    after: { workspaces: { w2: workspace({ idle: 'x.1', config: 'file 1' }) } },
    escapes: ['workspace w2/config.worktree'],
  },
  {
    title: 'a workspace that was used meanwhile has settings now',
    before: { workspaces: { w2: workspace({ idle: 'x.1' }) } },
    after: { workspaces: { w2: workspace({ idle: 'y.2', config: 'file 1' }) } },
    escapes: [],
  },
  {
    title: 'a workspace is made, another is removed',
    before: { workspaces: { w2: workspace({}) } },
    after: { workspaces: { w3: workspace({}) } },
    explained: { removed: ['w2'] },
    escapes: [],
  },
  {
    title: 'the git directory of a workspace is gone, its files are not',
    before: { workspaces: { w2: workspace({}) } },
    after: {},
    escapes: ['workspace w2'],
  },
];

describe('escapesBetween', () => {
  it.each(examples)('says $escapes when $title', ({ before, after, explained = {}, escapes }) => {
    const given = Object.fromEntries(Object.entries(explained).map(([name, names]) => [name, new Set(names)]));
    const found = escapesBetween(fingerprint(before), fingerprint(after), { ...NOTHING_EXPLAINED, ...given });
    expect(found.map(({ what, name }) => `${what} ${name}`)).toEqual(escapes);
  });
});
