import type { AgentFailure, DiscoveryPass, PassResult, ProposedCandidate } from '@backlog-runner/contracts';
import {
  discoveryPassCases,
  type PassNeed,
  type PassSubject,
  type PassWorld,
  type ProjectKind,
} from '../../src/conformance/index.ts';
import { memoryFiles } from '../../src/memory-files.ts';
import { type Breaks, describeCases, type Mutant } from './kit.ts';

const proposed = (title: string): ProposedCandidate => ({
  title,
  description: 'It is so.',
  priority: 'normal',
  touch_paths: [`src/${title}`],
  acceptance_criteria: ['It is done.'],
});
const answerFor = (kind: ProjectKind) => ({
  candidates: kind === 'with-work' ? [proposed('one'), proposed('two')] : [],
});
const isAnswer = (value: unknown): value is { readonly candidates: readonly ProposedCandidate[] } =>
  typeof value === 'object' &&
  value !== null &&
  'candidates' in value &&
  Array.isArray(value.candidates) &&
  value.candidates.every((one) => typeof one?.title === 'string');

/** Asks an agent, and leaves out what is known. */
const sound: DiscoveryPass = {
  contract: 'discovery-pass@1',
  id: 'quality',
  asksAgent: true,
  async find({ known, maxCandidates }, inquiry) {
    const outcome = await inquiry.ask({
      prompt: 'Look.',
      instructions: 'Read only.',
      outputSchema: { type: 'object' },
    });
    if (outcome.status === 'aborted') return { status: 'refused', reason: 'It was stopped.' };
    if (outcome.status === 'failed') return { status: 'agent-failed', failure: outcome.failure };
    if (!isAnswer(outcome.output)) return { status: 'refused', reason: 'That is no answer.' };
    const titles = new Set([...known.tasks, ...known.rejected].map(({ title }) => title));
    const fresh = outcome.output.candidates.filter(({ title }) => !titles.has(title));
    return { status: 'found', candidates: fresh.slice(0, maxCandidates) };
  },
};

type Change = (project: ReturnType<typeof memoryFiles>) => Partial<DiscoveryPass>;

function worldOf(change: Change = () => ({})): PassWorld {
  const project = memoryFiles({ 'a.txt': 'a\n' });
  return {
    pass: { ...sound, ...change(project) },
    project: () => '/project',
    answer: answerFor,
    picture: () => project.entries(),
  };
}

const inProcess: PassSubject = { open: () => worldOf() };

type PassMutant = Mutant<PassWorld, PassNeed>;

const wrapped = (breaks: Breaks, change: Change): PassMutant => ({ breaks, subject: { open: () => worldOf(change) } });

const finding = (breaks: Breaks, find: DiscoveryPass['find']): PassMutant => wrapped(breaks, () => ({ find }));

const answering = (breaks: Breaks, change: (result: PassResult) => PassResult): PassMutant =>
  finding(breaks, async (request, inquiry) => change(await sound.find(request, inquiry)));

const found = (
  result: PassResult,
  change: (candidates: readonly ProposedCandidate[]) => readonly ProposedCandidate[],
): PassResult => (result.status === 'found' ? { status: 'found', candidates: change(result.candidates) } : result);

const lost: AgentFailure = { kind: 'other', message: 'The agent failed.' };

const mutants: readonly PassMutant[] = [
  wrapped(['names-its-contract'], () => ({ contract: 'pass' as 'discovery-pass@1' })),
  wrapped(['id'], () => ({ id: 'Code quality' })),
  answering(['finds-work'], (result) => found(result, () => [])),
  answering(['candidates-have-their-form'], (result) =>
    found(result, (candidates) => candidates.map((candidate) => ({ ...candidate, priority: 'urgent' as 'high' }))),
  ),
  answering(['finds-nothing', 'known-is-left-out'], (result) =>
    result.status === 'found' && result.candidates.length === 0
      ? { status: 'refused', reason: 'There is nothing.' }
      : result,
  ),
  wrapped(['asks-when-it-says'], () => ({ asksAgent: false })),
  finding(['one-question-at-a-time'], async (request, inquiry) => {
    const [one] = await Promise.all([sound.find(request, inquiry), sound.find(request, inquiry)]);
    return one;
  }),
  finding(['questions-have-their-form'], (request, inquiry) =>
    sound.find(request, {
      ...inquiry,
      ask: (question) => inquiry.ask({ ...question, prompt: `${question.instructions}\n${question.prompt}` }),
    }),
  ),
  answering(['agent-failed'], (result) => (result.status === 'agent-failed' ? { ...result, failure: lost } : result)),
  answering(['answer-out-of-form'], (result) =>
    result.status === 'refused' && result.reason === 'That is no answer.'
      ? { status: 'found', candidates: [] }
      : result,
  ),
  finding(['ends-when-stopped'], async (request, inquiry) => {
    inquiry.signal.throwIfAborted();
    return sound.find(request, inquiry);
  }),
  wrapped(['changes-nothing'], (project) => ({
    find(request, inquiry) {
      project.write('notes.md', 'What I found.\n');
      return sound.find(request, inquiry);
    },
  })),
  finding(['no-more-than-admitted'], (request, inquiry) => sound.find({ ...request, maxCandidates: 100 }, inquiry)),
  finding(['known-is-left-out'], (request, inquiry) =>
    sound.find({ ...request, known: { tasks: [], rejected: [] } }, inquiry),
  ),
];

describeCases('passes', discoveryPassCases, inProcess, mutants);
