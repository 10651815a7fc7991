import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigEdit, ConfigValue } from './config-edit.ts';
import { editConfig } from './edit-config.ts';

const set = (path: string, value: ConfigValue): ConfigEdit => ({ do: 'set', path: path.split('.'), value });
const remove = (path: string): ConfigEdit => ({ do: 'remove', path: path.split('.') });

const edited = (source: string, edit: ConfigEdit): string => {
  const result = editConfig(source, edit);
  if (result.status === 'by-hand') throw new Error(result.reason);
  return result.source;
};

async function load(source: string): Promise<unknown> {
  const module = source.replace(/^\uFEFF/, '').replace(/import \{ defineConfig[^\n]*\n/, 'const define = (c) => c;\n');
  const runnable = module.replaceAll('defineConfig(', 'define(');
  const { default: value } = await import(`data:text/javascript;base64,${Buffer.from(runnable).toString('base64')}`);
  return value;
}

interface Row {
  readonly what: string;
  readonly source: string;
  readonly edit: ConfigEdit;
  readonly result: string;
}

const ROWS: readonly Row[] = [
  {
    what: 'adds a pass behind the others',
    source: 'export default {\n  discovery: {\n    passes: {\n      todo: { enabled: true },\n    },\n  },\n};\n',
    edit: set('discovery.passes.deps', { enabled: true, description: 'Looks for old dependencies' }),
    result:
      "export default {\n  discovery: {\n    passes: {\n      todo: { enabled: true },\n      deps: { enabled: true, description: 'Looks for old dependencies' },\n    },\n  },\n};\n",
  },
  {
    what: 'writes no comma behind the last property where there was none',
    source: 'export default {\n  preset: "safe"\n}\n',
    edit: set('attempts.max', 2),
    result: 'export default {\n  preset: "safe",\n  attempts: { max: 2 }\n}\n',
  },
  {
    what: 'leaves comments with the properties they stand at',
    source: [
      'export default {',
      "  preset: 'safe', // one at a time",
      '  /* who works */',
      "  providers: { agents: { code: { tool: 'codex' } } } // the only one",
      '  // workspace: {},',
      '};',
    ].join('\n'),
    edit: set('attempts', { max: 2 }),
    result: [
      'export default {',
      "  preset: 'safe', // one at a time",
      '  /* who works */',
      "  providers: { agents: { code: { tool: 'codex' } } }, // the only one",
      '  attempts: { max: 2 }',
      '  // workspace: {},',
      '};',
    ].join('\n'),
  },
  {
    what: 'stays in one line where all is in one line',
    source: "export default { preset: 'safe' };",
    edit: set('attempts.max', 2),
    result: "export default { preset: 'safe', attempts: { max: 2 } };",
  },
  {
    what: 'keeps a trailing comma in one line',
    source: "export default { preset: 'safe', };",
    edit: set('attempts.max', 2),
    result: "export default { preset: 'safe', attempts: { max: 2 }, };",
  },
  {
    what: 'puts a property behind the comment of the one before',
    source: "export default { preset: 'safe' /* slow */ };",
    edit: set('attempts.max', 2),
    result: "export default { preset: 'safe' /* slow */, attempts: { max: 2 } };",
  },
  {
    what: 'puts a property in front of a comment that ends the line',
    source: "export default { preset: 'safe' // slow\n};",
    edit: set('attempts.max', 2),
    result: "export default { preset: 'safe', attempts: { max: 2 } // slow\n};",
  },
  {
    what: 'fills an empty config, with every missing parent',
    source: 'export default {};\n',
    edit: set('discovery.passes.todo.enabled', false),
    result: 'export default {\n  discovery: {\n    passes: {\n      todo: { enabled: false },\n    },\n  },\n};\n',
  },
  {
    what: 'fills an empty object that holds a comment',
    source: 'export default {\n\tdiscovery: {\n\t\t// none yet\n\t},\n};\n',
    edit: set('discovery.passes', {}),
    result: 'export default {\n\tdiscovery: {\n\t\t// none yet\n\t\tpasses: {},\n\t},\n};\n',
  },
  {
    what: 'fills an empty object that holds a comment in its line',
    source: 'export default { discovery: { /* none */ } };\n',
    edit: set('discovery.enabled', true),
    result: 'export default { discovery: { /* none */ enabled: true } };\n',
  },
  {
    what: 'fills an empty object whose comment ends its first line',
    source: 'export default { discovery: { // none\n} };\n',
    edit: set('discovery.enabled', true),
    result: 'export default { discovery: { // none\n  enabled: true,\n} };\n',
  },
  {
    what: 'finds the config in defineConfig',
    source: "import { defineConfig } from 'backlog-runner';\n\nexport default defineConfig({ discovery: {} });\n",
    edit: set('discovery.enabled', true),
    result:
      "import { defineConfig } from 'backlog-runner';\n\nexport default defineConfig({ discovery: { enabled: true } });\n",
  },
  {
    what: 'finds the config in defineConfig by another name',
    source: "import { defineConfig as define } from 'backlog-runner';\nexport default define({ preset: 'safe' });\n",
    edit: set('preset', 'balanced'),
    result:
      "import { defineConfig as define } from 'backlog-runner';\nexport default define({ preset: 'balanced' });\n",
  },
  {
    what: 'finds the config in a constant',
    source: "const config = { preset: 'safe' };\n\nexport default config;\n",
    edit: set('preset', 'balanced'),
    result: "const config = { preset: 'balanced' };\n\nexport default config;\n",
  },
  {
    what: 'finds the config that is exported as the default',
    source: "const config = { preset: 'safe' };\nexport { config as default };\n",
    edit: set('preset', 'balanced'),
    result: "const config = { preset: 'balanced' };\nexport { config as default };\n",
  },
  {
    what: 'finds a part of the config in a constant of its own',
    source: 'const passes = {\n  todo: {},\n};\nexport default { discovery: { passes } };\n',
    edit: set('discovery.passes.todo.enabled', true),
    result: 'const passes = {\n  todo: { enabled: true },\n};\nexport default { discovery: { passes } };\n',
  },
  {
    what: 'leaves types in comments and brackets alone',
    source: "export default /** @type {import('backlog-runner').Config} */ ({\n  preset: 'safe',\n});\n",
    edit: set('attempts.max', 4),
    result:
      "export default /** @type {import('backlog-runner').Config} */ ({\n  preset: 'safe',\n  attempts: { max: 4 },\n});\n",
  },
  {
    what: 'finds quoted and computed names',
    source: "export default { 'discovery': { ['passes']: { \"todo\": { enabled: true } } } };\n",
    edit: set('discovery.passes.todo.enabled', false),
    result: "export default { 'discovery': { ['passes']: { \"todo\": { enabled: false } } } };\n",
  },
  {
    what: 'quotes names where their neighbours are quoted without need',
    source: 'export default {\n  "preset": "safe"\n};\n',
    edit: set('discovery', { enabled: true }),
    result: 'export default {\n  "preset": "safe",\n  "discovery": { enabled: true }\n};\n',
  },
  {
    what: 'quotes names that need it',
    source: "export default { discovery: { passes: { 'no-need': {} } } };\n",
    edit: set('discovery.passes.todo', { 'max-len': 'it\'s "so"\\' }),
    result: "export default { discovery: { passes: { 'no-need': {}, todo: { 'max-len': 'it\\'s \"so\"\\\\' } } } };\n",
  },
  {
    what: 'ends lines as the source does, and keeps its mark',
    source: '\uFEFFexport default {\r\n\tdiscovery: {},\r\n};\r\n',
    edit: set('discovery.passes.todo.enabled', true),
    result:
      '\uFEFFexport default {\r\n\tdiscovery: {\r\n\t\tpasses: {\r\n\t\t\ttodo: { enabled: true },\r\n\t\t},\r\n\t},\r\n};\r\n',
  },
  {
    what: 'indents as the source does',
    source: 'export default {\n    attempts: {\n        max: 1,\n    },\n};\n',
    edit: set('discovery.passes.todo', { heuristics: { includePaths: ['src/'] } }),
    result:
      "export default {\n    attempts: {\n        max: 1,\n    },\n    discovery: {\n        passes: {\n            todo: {\n                heuristics: { includePaths: ['src/'] },\n            },\n        },\n    },\n};\n",
  },
  {
    what: 'changes only what differs in an object',
    source:
      'export default {\n  discovery: {\n    passes: {\n      todo: {\n        // often\n        every: "1h",\n        trigger: "x",\n      },\n    },\n  },\n};\n',
    edit: set('discovery.passes.todo', { every: '2h', maxCandidates: 3 }),
    result:
      'export default {\n  discovery: {\n    passes: {\n      todo: {\n        // often\n        every: "2h",\n        maxCandidates: 3,\n      },\n    },\n  },\n};\n',
  },
  {
    what: 'leaves the rest alone when the rest is code',
    source:
      "import { acme } from './acme.mjs';\nexport default { providers: { agents: { code: { tool: acme() } } }, limits: {} };\n",
    edit: set('limits.maxTurns', 3),
    result:
      "import { acme } from './acme.mjs';\nexport default { providers: { agents: { code: { tool: acme() } } }, limits: { maxTurns: 3 } };\n",
  },
  {
    what: 'edits what stands behind a spread',
    source: "const base = {};\nexport default { ...base, preset: 'safe' };\n",
    edit: set('preset', 'balanced'),
    result: "const base = {};\nexport default { ...base, preset: 'balanced' };\n",
  },
  {
    what: 'removes an entry with its line',
    source:
      'export default {\n  discovery: {\n    passes: {\n      a: {},\n      b: {\n        every: "1h",\n      },\n      c: {},\n    },\n  },\n};\n',
    edit: remove('discovery.passes.b'),
    result: 'export default {\n  discovery: {\n    passes: {\n      a: {},\n      c: {},\n    },\n  },\n};\n',
  },
  {
    what: 'leaves no comma where none was',
    source: "export default {\n  // first\n  preset: 'safe', // slow\n  limits: {}\n};\n",
    edit: remove('limits'),
    result: "export default {\n  // first\n  preset: 'safe' // slow\n};\n",
  },
  {
    what: 'keeps comments around what it removes',
    source: 'export default {\n  // one\n  limits: {}, // two\n  // three\n  attempts: {} /* four */, /* five */\n};\n',
    edit: remove('limits'),
    result: 'export default {\n  // one\n  // two\n  // three\n  attempts: {} /* four */, /* five */\n};\n',
  },
  {
    what: 'keeps a comment in front of the comma',
    source: 'export default {\n  limits: {} /* four */, /* five */\n  preset: "safe",\n};\n',
    edit: remove('limits'),
    result: 'export default {\n  /* four */ /* five */\n  preset: "safe",\n};\n',
  },
  {
    what: 'removes the first of a line',
    source: 'export default { a: 1, b: 2 };',
    edit: remove('a'),
    result: 'export default { b: 2 };',
  },
  {
    what: 'removes the last of a line',
    source: 'export default { a: 1, b: 2 };',
    edit: remove('b'),
    result: 'export default { a: 1 };',
  },
  {
    what: 'removes the only one',
    source: 'export default {\n  discovery: { passes: { a: { every: "1h" } } },\n};',
    edit: remove('discovery.passes.a'),
    result: 'export default {\n  discovery: { passes: {} },\n};',
  },
  {
    what: 'removes nothing that is not there',
    source: 'export default { discovery: {} };',
    edit: remove('discovery.passes.a'),
    result: 'export default { discovery: {} };',
  },
  {
    what: 'breaks a long line',
    source: 'export default {\n  discovery: { enabled: true, passes: {} },\n};\n',
    edit: set('discovery.passes.docs', {
      description: 'Compares the documentation with what the code does now',
      every: '7d',
      runner: { tool: 'claude', model: 'haiku' },
    }),
    result:
      "export default {\n  discovery: { enabled: true, passes: {\n    docs: {\n      description: 'Compares the documentation with what the code does now',\n      every: '7d',\n      runner: { tool: 'claude', model: 'haiku' },\n    },\n  } },\n};\n",
  },
];

describe('an edit of a config', () => {
  it.each(ROWS)('$what', async ({ source, edit, result }) => {
    expect(edited(source, edit)).toBe(result);
    expect(edited(result, edit)).toBe(result);
    if (source.includes('./acme')) return;
    const after = await load(result);
    const value = edit.path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], after);
    expect(value).toEqual(edit.do === 'set' ? edit.value : undefined);
  });
});

const CLEVER: readonly (readonly [what: string, source: string, edit: ConfigEdit, reason: RegExp])[] = [
  [
    'a function that returns it',
    'export default () => ({});',
    set('preset', 'safe'),
    /line 1, column 16, it is computed/,
  ],
  [
    'a call around it',
    "import { wrap } from './w.mjs';\nexport default wrap({});",
    set('preset', 'safe'),
    /line 2, column 16, .*`wrap`/,
  ],
  [
    'a defineConfig of its own',
    'const defineConfig = (c) => c;\nexport default defineConfig({});',
    set('a', 1),
    /`defineConfig`/,
  ],
  [
    'more arguments',
    "import { defineConfig } from 'backlog-runner';\nexport default defineConfig({}, 1);",
    set('a', 1),
    /`defineConfig`/,
  ],
  [
    'an imported object',
    "import base from './base.mjs';\nexport default base;",
    set('preset', 'safe'),
    /`base` comes from elsewhere/,
  ],
  [
    'an object that is changed later',
    'const c = {};\nc.preset = "safe";\nexport default c;',
    set('preset', 'balanced'),
    /more than one place/,
  ],
  [
    'an object that is used twice',
    'const p = {};\nexport default { a: p, b: p };',
    set('a.x', 1),
    /more than one place/,
  ],
  [
    'a spread',
    'const base = {};\nexport default { ...base };',
    set('preset', 'safe'),
    /line 2, column 18, `\.\.\.base` may say something about `preset`/,
  ],
  [
    'a spread behind the key',
    'const base = {};\nexport default { preset: "safe", ...base };',
    set('preset', 'balanced'),
    /\.\.\.base/,
  ],
  [
    'a spread where the pass would go',
    'const all = {};\nexport default { discovery: { passes: { ...all } } };',
    set('discovery.passes.x', {}),
    /\.\.\.all/,
  ],
  ['a computed name', 'const k = "a";\nexport default { [k]: 1 };', set('b', 2), /\[k\]: 1/],
  ['a prototype', 'export default { __proto__: { preset: "safe" } };', set('preset', 'safe'), /__proto__/],
  ['a getter', 'export default { get preset() { return "safe"; } };', set('preset', 'safe'), /is a function/],
  ['a method', 'export default { preset() {} };', set('preset', 'safe'), /is a function/],
  ['a key that is there twice', 'export default { a: 1, a: 2 };', remove('a'), /there twice/],
  [
    'a value that is computed',
    'export default { limits: { maxTurns: 2 + 3 } };',
    set('limits.maxTurns', 3),
    /`maxTurns` is computed/,
  ],
  [
    'a variable for a value',
    'const workers = 3;\nexport default { workers };',
    set('workers', 4),
    /`workers` is computed/,
  ],
  [
    'a value on the way that is no object',
    'export default { discovery: load() };',
    set('discovery.enabled', true),
    /`load`/,
  ],
  [
    'a list with comments',
    'export default { list: [\n  "a", // why\n] };',
    set('list', ['a', 'b']),
    /comments inside of `list`/,
  ],
  ['a CommonJS module', 'module.exports = { preset: "safe" };', set('preset', 'balanced'), /no default export/],
  ['TypeScript', 'export default { preset: "safe" } satisfies Config;', set('preset', 'balanced'), /does not parse/],
  ['no code at all', '', set('preset', 'balanced'), /no default export/],
];

describe('a source that is too clever', () => {
  it.each(CLEVER)('is not edited: %s', (_, source, edit, reason) => {
    const result = editConfig(source, edit);
    expect(result.status).toBe('by-hand');
    if (result.status !== 'by-hand') return;
    expect(result.reason).toMatch(reason);
    expect(result.reason).toMatch(/^`[\w.]+` must be (set|removed) by hand: at line \d+, column \d+, .*\.$/);
    if (edit.do === 'set') expect(editConfig(`export default {\n${result.paste}\n};`, edit).status).toBe('edited');
    else expect(result.paste).toBe('');
  });

  it('shows what to paste as code', () => {
    const edit = set('discovery.passes.todo', { enabled: true, every: '12h' });
    expect(editConfig('export default load();', edit)).toEqual({
      status: 'by-hand',
      reason: '`discovery.passes.todo` must be set by hand: at line 1, column 16, it is what a call of `load` returns.',
      paste: "discovery: {\n  passes: {\n    todo: { enabled: true, every: '12h' },\n  },\n},",
    });
  });
});

describe('any config', () => {
  const key = fc.constantFrom('a', 'b', 'c-d', 'e', '1', 'ünï', '__proto__');
  const value: fc.Arbitrary<ConfigValue> = fc.letrec<{ value: ConfigValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        key.filter((name) => name !== '__proto__'),
        tie('value'),
        { maxKeys: 4 },
      ),
    ),
  })).value;
  const path = fc.array(key, { minLength: 1, maxLength: 4 });
  const edit: fc.Arbitrary<ConfigEdit> = fc.oneof(
    fc.record({ do: fc.constant('set' as const), path, value }),
    fc.record({ do: fc.constant('remove' as const), path }),
  );

  it('says after each edit what was asked for, or nothing has changed; a second time nothing changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('\n', '\r\n'),
        async (edits, newline) => {
          let source = ['// first', 'export default { // here', '};', '// last', ''].join(newline);
          for (const step of edits) {
            const result = editConfig(source, step);
            if (result.status === 'by-hand') continue;
            source = result.source;
            expect(editConfig(source, step)).toEqual(result);
            expect(source).toMatch(/^\/\/ first\r?\nexport default \{ \/\/ here[\s\S]*\};\r?\n\/\/ last\r?\n$/);
            if (newline === '\r\n') expect(source).not.toMatch(/[^\r]\n/);
            const loaded = step.path.reduce<unknown>(
              (at, name) =>
                at !== null && typeof at === 'object' && Object.hasOwn(at, name) ? at[name as never] : undefined,
              await load(source),
            );
            expect(JSON.parse(JSON.stringify(loaded ?? null))).toEqual(step.do === 'set' ? step.value : null);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
