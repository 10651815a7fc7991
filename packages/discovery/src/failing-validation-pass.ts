import type {
  DiscoveryPass,
  Finding,
  ProposedCandidate,
  RepoPath,
  Revision,
  RunId,
  Task,
  TaskId,
  Validation,
} from '@backlog-runner/contracts';
import { oneLine } from './marked-data.ts';

const LONGEST_TITLE = 120;
const LONGEST_OUTPUT = 4_000;

export interface FailingValidationPassOptions {
  /** Default `failing-validation`. */
  readonly id?: string;
  /** Its findings are passed on as they are: it has taken secrets out of them. */
  readonly validation: Pick<Validation, 'run'>;
  /** Marks the processes. */
  readonly run: RunId;
  /** The profiles to run, each with the paths it is about. */
  readonly profiles: readonly { readonly name: string; readonly pathPrefixes: readonly string[] }[];
}

/** Runs the project's own validation on what is committed and proposes to mend each profile that fails. Asks no agent. */
export function failingValidationPass(options: FailingValidationPassOptions): DiscoveryPass {
  const { id = 'failing-validation', validation, run, profiles } = options;
  return {
    contract: 'discovery-pass@1',
    id,
    asksAgent: false,
    needsInstall: true,
    async find({ maxCandidates }, { directory, environment, signal }) {
      const candidates: ProposedCandidate[] = [];
      const unclear: string[] = [];
      for (const { name, pathPrefixes } of profiles) {
        if (signal.aborted) return { status: 'refused', reason: 'It was stopped.' };
        const result = await validation.run({ task: probe(id, name), directory, environment, run, signal });
        if (result.status === 'refused') candidates.push(candidateFrom(name, pathPrefixes, result.findings));
        if (result.status === 'inconclusive') unclear.push(`\`${name}\`: ${result.reason}`);
      }
      if (candidates.length === 0 && unclear.length > 0) return { status: 'refused', reason: unclear.join(' ') };
      return { status: 'found', candidates: candidates.slice(0, maxCandidates) };
    },
  };
}

/** What a validation is asked about is a task; this one does nothing. */
function probe(id: string, validationProfile: string): Task {
  return {
    id: `pass-${id}` as TaskId,
    title: `Check the profile ${validationProfile}`,
    state: 'ready',
    priority: 'normal',
    kind: 'implementation',
    dependsOn: [],
    touchPaths: [],
    capabilities: [],
    validationProfile,
    acceptanceCriteria: [],
    statusNotes: [],
    source: { type: 'pass', passId: id },
    path: '' as RepoPath,
    revision: '' as Revision,
  };
}

/** The title says what failed, so that another failure of the same profile is not taken for the one that was mended. */
function candidateFrom(
  profile: string,
  pathPrefixes: readonly string[],
  findings: readonly Finding[],
): ProposedCandidate {
  const symptom = findings.map(({ output }) => symptomIn(output)).find((line) => line !== '');
  return {
    title: oneLine(`Make the validation \`${profile}\` pass again${symptom ? `: ${symptom}` : ''}`, LONGEST_TITLE),
    description: ['The validation fails on what is committed.', ...findings.map(describe)].join('\n\n'),
    priority: 'high',
    touch_paths: pathPrefixes,
    acceptance_criteria: findings.map(({ command }) => `\`${oneLine(command)}\` exits with 0, and no check is weaker.`),
  };
}

function describe({ command, exitCode, output }: Finding): string {
  const end = output.length > LONGEST_OUTPUT ? `[cut]\n${output.slice(-LONGEST_OUTPUT)}` : output;
  return `\`${oneLine(command)}\` exited with ${exitCode} and printed:\n\n${end}`;
}

const COMPLAINT = /\b(errors?|fail(s|ed|ures?|ing)?|not ok|exception|panic|expected)\b|[✗✖×❌]/i;

/** The line that tells most about what is wrong. */
function symptomIn(output: string): string {
  const lines = output.split('\n').map((line) => oneLine(line, 100));
  const spoken = lines.filter((line) => line !== '');
  return spoken.find((line) => COMPLAINT.test(line)) ?? spoken.at(-1) ?? '';
}
