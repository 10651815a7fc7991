import {
  type AgentOutcome,
  type DiscoveryPass,
  type Inquiry,
  type KnownWork,
  type PassResult,
  type ProposedCandidate,
  parseAgentAnswer,
  type Question,
  type RepoPath,
  type TaskId,
} from '@backlog-runner/contracts';
import { breach } from './breach.ts';
import { type ConformanceCase, casesOf, type Subject, type World } from './case.ts';
import { given, holds, same } from './expectations.ts';

export type ProjectKind = 'with-work' | 'without-work';

export interface PassWorld extends World {
  readonly pass: DiscoveryPass;
  /** A working copy in which there are two or more candidates to find, or none. */
  project(kind: ProjectKind): string | Promise<string>;
  /** What an agent that has looked at such a project answers, in the form that the pass asks for. */
  readonly answer?: (kind: ProjectKind) => unknown;
  /** All that is in a working copy. */
  readonly picture?: (directory: string) => unknown;
}

/** `answer`: it asks an agent. `known`: it leaves out by itself what is known. */
export type PassNeed = 'answer' | 'known' | 'picture' | 'without-work';
export type PassSubject = Subject<PassWorld, PassNeed>;
export type PassCase = ConformanceCase<PassWorld, PassNeed>;

const { must, should } = casesOf<PassWorld, PassNeed>();
const NOTHING_KNOWN: KnownWork = { tasks: [], rejected: [] };
const MANY = 20;
const OUT_OF_FORM: readonly unknown[] = [
  undefined,
  'I found nothing.',
  { candidates: 'none' },
  { candidates: [{ title: 3 }] },
];

/** A look at a project that is answered by an agent, and what came of it. */
interface Look {
  readonly result: PassResult;
  readonly questions: readonly Question[];
  /** How many questions there were at once. */
  readonly atOnce: number;
  readonly directory: string;
}

interface LookOptions {
  readonly kind?: ProjectKind;
  readonly known?: KnownWork;
  readonly maxCandidates?: number;
  readonly signal?: AbortSignal;
  readonly outcome?: AgentOutcome;
}

async function look(world: PassWorld, options: LookOptions = {}): Promise<Look> {
  const { kind = 'with-work', known = NOTHING_KNOWN, maxCandidates = MANY } = options;
  const { signal = new AbortController().signal } = options;
  const directory = await world.project(kind);
  const questions: Question[] = [];
  let asking = 0;
  let atOnce = 0;
  const inquiry: Inquiry = {
    directory,
    environment: {},
    signal,
    async ask(question) {
      questions.push(question);
      asking += 1;
      atOnce = Math.max(atOnce, asking);
      await new Promise((resolve) => setImmediate(resolve));
      asking -= 1;
      if (signal.aborted) return { status: 'aborted' };
      return options.outcome ?? { status: 'completed', text: '', output: world.answer?.(kind) };
    },
  };
  const result = await world.pass.find({ known, maxCandidates }, inquiry);
  return { result, questions, atOnce, directory };
}

function foundIn({ result }: Look): readonly ProposedCandidate[] {
  if (result.status !== 'found') throw breach('a look that found something', result);
  return result.candidates;
}

/** An agent may propose the same candidates, so one reader reads them. */
const hasItsForm = (candidate: ProposedCandidate) =>
  candidate.title.trim() !== '' &&
  parseAgentAnswer({ status: 'done', summary: '', notes: [], candidates: [candidate], patterns: [] }) !== undefined;

const isRefused = ({ result }: Look) =>
  holds(result.status === 'refused' && result.reason !== '', '`refused` with a reason', result);

export const discoveryPassCases: readonly PassCase[] = [
  must('passes/names-its-contract', 'A pass names the contract it keeps.', ({ pass }) => {
    same(pass.contract, 'discovery-pass@1');
  }),
  must('passes/id', 'The id of a pass is lower-case letters, digits and dashes.', ({ pass }) => {
    holds(/^[a-z0-9-]+$/.test(pass.id), 'a lower-case id', pass.id);
  }),
  must('passes/finds-work', 'Where there is work it is found.', async (world) => {
    const candidates = foundIn(await look(world));
    holds(candidates.length > 0, 'at least one candidate', candidates);
  }),
  must(
    'passes/candidates-have-their-form',
    'Every candidate has the form that an agent’s candidate has.',
    async (world) => {
      for (const candidate of foundIn(await look(world)))
        holds(hasItsForm(candidate), 'a candidate in its form', candidate);
    },
  ),
  must(
    'passes/finds-nothing',
    'Where there is nothing worth doing, nothing is found.',
    async (world) => {
      same(foundIn(await look(world, { kind: 'without-work' })), []);
    },
    'without-work',
  ),
  must('passes/asks-when-it-says', 'A pass asks an agent exactly when it says that it does.', async (world) => {
    same((await look(world)).questions.length > 0, world.pass.asksAgent);
  }),
  must(
    'passes/one-question-at-a-time',
    'At most one question is asked at a time.',
    async (world) => {
      same((await look(world)).atOnce, 1);
    },
    'answer',
  ),
  must(
    'passes/questions-have-their-form',
    'A question has a prompt, standing rules apart from it, and the form of the answer.',
    async (world) => {
      for (const { prompt, instructions, outputSchema } of (await look(world)).questions) {
        holds(prompt.trim() !== '' && instructions.trim() !== '', 'a prompt and instructions', {
          prompt,
          instructions,
        });
        holds(!prompt.includes(instructions) && outputSchema.type === 'object', 'instructions apart, and a schema', {
          prompt,
          outputSchema,
        });
      }
    },
    'answer',
  ),
  must(
    'passes/agent-failed',
    'Whatever goes wrong with an agent arrives as a result, with what the agent’s run said.',
    async (world) => {
      const failure = { kind: 'unavailable', message: 'The vendor is down.' } as const;
      const { result } = await look(world, { outcome: { status: 'failed', failure } });
      same(result, { status: 'agent-failed', failure });
    },
    'answer',
  ),
  must(
    'passes/answer-out-of-form',
    'An answer that is not in the promised form is refused, with a reason.',
    async (world) => {
      for (const output of OUT_OF_FORM)
        isRefused(await look(world, { outcome: { status: 'completed', text: '', output } }));
    },
    'answer',
  ),
  must(
    'passes/ends-when-stopped',
    'A look that is stopped ends soon, finds nothing and does not throw.',
    async (world) => {
      const { result } = await look(world, { signal: AbortSignal.abort() });
      holds(result.status !== 'found' || result.candidates.length === 0, 'nothing found', result);
    },
  ),
  must(
    'passes/changes-nothing',
    'A pass proposes; it writes nothing.',
    async (world) => {
      const picture = given(world.picture, 'picture');
      const before = await picture(await world.project('with-work'));
      const { directory } = await look(world);
      same(await picture(directory), before);
    },
    'picture',
  ),
  should('passes/no-more-than-admitted', 'A pass proposes no more than will be admitted.', async (world) => {
    const candidates = foundIn(await look(world, { maxCandidates: 1 }));
    holds(candidates.length <= 1, 'one candidate at most', candidates);
  }),
  should(
    'passes/known-is-left-out',
    'What is in the backlog, or was refused lately, is not proposed again.',
    async (world) => {
      const [first, ...others] = foundIn(await look(world));
      const tasks = others.map(({ title, touch_paths }, index) => {
        return {
          id: `t${index}` as TaskId,
          title,
          state: 'ready' as const,
          touchPaths: touch_paths as readonly string[] as readonly RepoPath[],
        };
      });
      const rejected = first ? [{ title: first.title, reason: 'No.' }] : [];
      same(foundIn(await look(world, { known: { tasks, rejected } })), []);
    },
    'known',
  ),
];
