import { EMPTY_HISTORY, foldHistory, type JournalEntry, type Lease, type RunId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import { type DoctorFacts, UNKNOWN } from './facts.ts';

const MEGABYTE = 1024 * 1024;

const HEALTHY: DoctorFacts = {
  node: '24.1.0',
  git: '2.39.5',
  isWorkspace: false,
  project: { status: 'known', value: { directory: '/p' } },
  repository: {
    status: 'known',
    value: {
      branch: { status: 'known', value: { name: 'main', exists: true } },
      hasIdentity: true,
      stateIsIgnored: true,
      stateIsTracked: false,
    },
  },
  config: { status: 'known', value: {} },
  setup: { status: 'known', value: { files: [], branch: 'main' } },
  agents: {
    status: 'known',
    value: [{ id: 'codex', roles: ['code'], health: { status: 'ready', version: '1' }, live: { status: 'answered' } }],
  },
  prompts: [{ path: 'scripts/backlog/agent.md', use: 'managed', text: 'Be kind.', isUtf8: true }],
  commands: [{ key: 'validation.default', command: 'npm test', program: { name: 'npm', isFound: true } }],
  backlog: { status: 'known', value: { tasks: [], problems: [], profiles: ['repo'], inbox: [], hasTaskSchema: true } },
  leases: { status: 'known', value: [] },
  state: {
    status: 'known',
    value: {
      damaged: [],
      history: EMPTY_HISTORY,
      earlierRuns: new Set(),
      processes: [],
      landingsBegun: 0,
      strangers: [],
      lost: [],
      poolDirectory: '/w',
    },
  },
  disks: [{ what: 'the repository', path: '/p', freeBytes: 9000 * MEGABYTE, freeFiles: 1000 }],
};

const disk = (megabytes: number, freeFiles: number | undefined = 1000): Partial<DoctorFacts> => ({
  disks: [{ what: 'the workspaces', path: '/w', freeBytes: megabytes * MEGABYTE, freeFiles }],
});
const prompt = (text: string, isUtf8 = true): Partial<DoctorFacts> => ({
  prompts: [{ path: 'scripts/backlog/agent.md', use: 'managed', text, isUtf8 }],
});

const CASES: readonly (readonly [what: string, facts: Partial<DoctorFacts>, severity: string, cause: RegExp])[] = [
  ['an old Node', { node: '20.18.1' }, 'error', /Node 20\.18\.1; at least 20\.19/],
  ['a very old git', { git: '1.9.0' }, 'error', /git 1\.9\.0; at least 2\.38/],
  ['little room', disk(600), 'warning', /the workspaces \(\/w\) has 600 MiB left/],
  ['no room', disk(100), 'error', /has 100 MiB left/],
  ['no room for files', disk(9000, 0), 'error', /can hold no more files/],
  ['a long prompt', prompt('x'.repeat(20_001)), 'warning', /20001 characters/],
  ['a prompt that is no text', prompt('x', false), 'error', /not text in UTF-8/],
  [
    'an agent that does not answer',
    {
      agents: {
        status: 'known',
        value: [
          {
            id: 'codex',
            roles: ['code'],
            health: { status: 'ready', version: '1' },
            live: { status: 'failed', message: 'no credit' },
          },
        ],
      },
    },
    'error',
    /codex, the agent for code, did not answer: no credit/,
  ],
];

describe('the findings', () => {
  it('are none for what is healthy, and none twice for what hangs on something broken', () => {
    expect(diagnose(HEALTHY)).toEqual([]);
    const trouble = {
      status: 'trouble',
      trouble: { code: 'NO_COMMITS', message: 'No commit.', hint: 'git commit' },
    } as const;
    const hidden = { repository: trouble, setup: trouble, state: UNKNOWN };
    expect(diagnose({ ...HEALTHY, ...hidden })).toEqual([
      { severity: 'error', about: 'git', cause: 'No commit.', next: 'git commit' },
    ]);
  });

  it.each(CASES)('name %s', (_, facts, severity, cause) => {
    expect(diagnose({ ...HEALTHY, ...facts })).toEqual([
      expect.objectContaining({ severity, cause: expect.stringMatching(cause) }),
    ]);
  });

  it('accept the least versions that are needed', () => {
    expect(diagnose({ ...HEALTHY, node: '20.19.0', git: '2.38.0' })).toEqual([]);
    expect(diagnose({ ...HEALTHY, git: '3.0' })).toEqual([]);
  });

  describe('about what runs left', () => {
    const run = 'r1' as RunId;
    const begun = { type: 'run.started', version: '1', workers: 1, branch: 'b', host: 'h', run, at: 1, seq: 1 };
    const history = foldHistory([begun as JournalEntry]);
    const left = { history, earlierRuns: new Set([run]), processes: [{ pid: 7, run }], landingsBegun: 1 };
    const state = (more: object): DoctorFacts['state'] =>
      HEALTHY.state.status === 'known'
        ? { status: 'known', value: { ...HEALTHY.state.value, ...more } }
        : HEALTHY.state;
    const held = (...resources: readonly string[]): DoctorFacts['leases'] => ({
      status: 'known',
      value: [{ fence: 1, resources, holder: 'h', grantedAt: 0, expiresAt: 9 } as unknown as Lease],
    });
    const kinds = (facts: Partial<DoctorFacts>) => diagnose({ ...HEALTHY, ...facts }).map(({ repair }) => repair?.kind);

    it('name what a dead run left', () => {
      expect(kinds({ state: state(left) })).toEqual(['end-processes', 'settle-landing', undefined]);
    });

    it('accuse no run that lives, and none that began while the leases were read', () => {
      expect(kinds({ state: state(left), leases: held('runner/r1', 'landing/b') })).toEqual([]);
      expect(kinds({ state: state({ history }) })).toEqual([]);
    });
  });

  it('begin with the worst', () => {
    const severities = diagnose({ ...HEALTHY, ...disk(600), git: undefined, ...prompt(' ') }).map(
      ({ severity }) => severity,
    );
    expect(severities).toEqual(['error', 'warning', 'warning']);
  });
});
