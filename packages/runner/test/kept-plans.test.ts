import {
  BacklogError,
  type Journal,
  type JournalEntry,
  type Landing,
  type PlanProposal,
} from '@backlog-runner/contracts';
import { taskFixture } from '@backlog-runner/testkit';
import { describe, expect, test } from 'vitest';
import { plannerWith, planning, twoEach } from './looks.ts';
import { world } from './world.ts';

type World = ReturnType<typeof world>;
type Ended = Extract<JournalEntry, { type: 'plan.ended' }>;

const policy = { planner: planning };
const vague = () => taskFixture({ id: 'big', title: 'big', state: 'planned' });
const worldWith = (options: { readonly brings?: boolean } = {}) =>
  world({ tasks: [vague()], planner: plannerWith(twoEach), ...options });
const endings = (w: World) => w.events('plan.ended').map(({ outcome }) => outcome.status);
const noDrain = () => new AbortController().signal;

/** A checkout that is in the way until it is cleared. */
function obstacle() {
  let reason: string | undefined = 'Uncommitted changes.';
  return {
    clear: () => {
      reason = undefined;
    },
    change: (to: string) => {
      reason = to;
    },
    around: (landing: Landing): Landing => ({
      ...landing,
      land: async (request) =>
        reason === undefined ? landing.land(request) : { status: 'held', reason, paths: ['x'] },
    }),
  };
}

/** A journal that cannot record how a plan ended, as long as `isFull` says so. */
const forgetful =
  (isFull: (outcome: Ended['outcome']) => boolean) =>
  (journal: Journal): Journal => ({
    ...journal,
    append: async (event) => {
      if (event.type === 'plan.ended' && isFull(event.outcome)) throw new BacklogError('STORAGE_FAILED', 'Full.');
      return journal.append(event);
    },
  });

/** Its runner dies before it records that the plan landed. */
async function acceptAndForget(w: World, plan: PlanProposal): Promise<void> {
  const forgetsAll = forgetful(() => true);
  const dying = w.runner('run-a', policy, undefined, undefined, forgetsAll);
  await expect(w.untilSettled(dying.accept(plan, { drain: noDrain() }))).rejects.toThrow('Full.');
}

async function proposed(w: World): Promise<PlanProposal> {
  const { proposal } = await w.untilSettled(w.runner('run-0', policy).plan({ isForReview: true, drain: noDrain() }));
  return proposal ?? expect.unreachable();
}

describe('an accepted plan whose end was not recorded', () => {
  test.each([
    ['as a commit', {}],
    ['to files', { brings: false }],
  ])('is told as landed by the next start when it was written %s', async (_, options) => {
    const w = worldWith(options);
    const plan = await proposed(w);
    await acceptAndForget(w, plan);
    expect(endings(w)).toEqual(['proposed']);
    await w.work(w.runner('run-b', policy));
    expect(endings(w)).toEqual(['proposed', 'landed']);
    expect(w.events('plan.ended')[1]?.outcome).toMatchObject({ superseded: ['big'], summary: 'In two steps.' });
    expect(w.history().inquiries.size).toBe(0);
  });

  test('is told as landed when it is accepted once more', async () => {
    const w = worldWith();
    const plan = await proposed(w);
    await acceptAndForget(w, plan);
    const { outcome } = await w.untilSettled(w.runner('run-b', policy).accept(plan, { drain: noDrain() }));
    expect(outcome).toMatchObject({ status: 'landed', superseded: ['big'] });
    expect(endings(w)).toEqual(['proposed', 'landed']);
  });

  test('is finished by the next start when it was half written to files', async () => {
    const w = worldWith({ brings: false });
    const plan = await proposed(w);
    const update = async () => {
      throw new BacklogError('STORAGE_FAILED', 'Full.');
    };
    const dying = w.runner('run-a', policy, undefined, { update });
    await expect(w.untilSettled(dying.accept(plan, { drain: noDrain() }))).rejects.toThrow('Full.');
    expect(await w.states()).toMatchObject({ big: 'planned' });
    await w.work(w.runner('run-b', policy));
    expect(endings(w)).toEqual(['proposed', 'landed']);
    expect(await w.states()).toMatchObject({ big: 'superseded' });
  });

  test('still waits for the person when nothing of it was written', async () => {
    const w = worldWith();
    const plan = await proposed(w);
    const dying = w.runner('run-a', policy, (landing) => ({
      ...landing,
      land: async () => {
        throw new BacklogError('GIT_FAILED', 'No.');
      },
    }));
    await expect(w.untilSettled(dying.accept(plan, { drain: noDrain() }))).rejects.toThrow('No.');
    await w.work(w.runner('run-b', policy));
    expect(endings(w)).toEqual(['proposed', 'interrupted']);
    const { outcome } = await w.untilSettled(w.runner('run-c', policy).accept(plan, { drain: noDrain() }));
    expect(outcome).toMatchObject({ status: 'landed' });
    expect(w.events('plan.started')).toHaveLength(1);
  });
});

test('an accepted plan that the user is in the way of is held, and applied when the way is free', async () => {
  const w = worldWith();
  const plan = await proposed(w);
  const { outcome } = await w.untilSettled(
    w.runner('run-a', policy, obstacle().around).accept(plan, { drain: noDrain() }),
  );
  expect(outcome).toMatchObject({ status: 'held', paths: ['x'] });
  expect(w.history().inquiries.size).toBe(0);
  await w.work(w.runner('run-b', policy));
  expect(endings(w)).toEqual(['proposed', 'held', 'landed']);
});

describe('a plan that is held for long', () => {
  /** Watches it for some minutes, in which `meanwhile` happens, and drains. */
  const watched = async (w: World, around: (landing: Landing) => Landing, meanwhile = async () => {}) => {
    const drain = new AbortController();
    const work = w.runner('run-a', { ...policy, once: false }, around).work({ drain: drain.signal });
    const minutes = async () => {
      while (endings(w).length === 0) await new Promise(setImmediate);
      await pass(w, 300_000);
      await meanwhile();
      drain.abort();
    };
    await w.untilSettled(Promise.all([work, minutes()]));
  };
  const pass = async (w: World, ms: number) => {
    const end = w.clock.now() + ms;
    while (w.clock.now() < end) await new Promise(setImmediate);
  };

  test('is tried again and again, of which the journal tells once', async () => {
    const w = worldWith();
    let tries = 0;
    const { around } = obstacle();
    await watched(w, (landing) => {
      const held = around(landing);
      return {
        ...held,
        land: async (request) => {
          tries += 1;
          return held.land(request);
        },
      };
    });
    expect(tries).toBeGreaterThan(10);
    expect(w.events('plan.writing')).toHaveLength(2);
    expect(endings(w)).toEqual(['held', 'interrupted']);
    const { inquiries, planner } = w.history();
    expect([inquiries.size, planner.held.size]).toEqual([0, 1]);
  });

  test('is told again when something else is in the way', async () => {
    const w = worldWith();
    const { around, change } = obstacle();
    await watched(w, around, async () => {
      change('A rebase.');
      await pass(w, 60_000);
    });
    expect(endings(w)).toEqual(['held', 'held', 'interrupted']);
    expect([...w.history().planner.held.values()]).toMatchObject([{ reason: 'A rebase.' }]);
  });

  test('is told as landed, although that could not be recorded at first', async () => {
    const w = worldWith();
    const { around, clear } = obstacle();
    let failures = 0;
    const recording = forgetful(({ status }) => {
      if (status === 'landed') failures += 1;
      return status === 'landed' && failures === 1;
    });
    const drain = new AbortController();
    const work = w.runner('run-a', { ...policy, once: false }, around, undefined, recording).work({
      drain: drain.signal,
    });
    const landed = async () => {
      while (endings(w).length === 0) await new Promise(setImmediate);
      await pass(w, 60_000);
      clear();
      while (endings(w).length === 1) await new Promise(setImmediate);
      drain.abort();
    };
    await w.untilSettled(Promise.all([work, landed()]));
    expect(failures).toBe(2);
    expect(endings(w)).toEqual(['held', 'landed']);
  });
});
