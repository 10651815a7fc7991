import { isWithin, parseRepoPath } from '@backlog-runner/contracts';
import type { SetupFacts } from './facts.ts';
import type { ProposedPass } from './proposal.ts';

export interface Draft {
  readonly passes: readonly ProposedPass[];
  /** What was drafted and cannot be used, with the reason. */
  readonly refused: readonly string[];
}

const MOST_PASSES = 6;
const ID = /^[a-z0-9][a-z0-9-]{0,40}$/;
const LONGEST_PROMPT = 8000;

/** Reads what an agent drafted, which is untrusted. Undefined unless it has the promised form. */
export function readDraft(value: unknown, facts: SetupFacts): Draft | undefined {
  if (!isRecord(value) || !Array.isArray(value.passes)) return undefined;
  const passes: ProposedPass[] = [];
  const refused: string[] = [];
  for (const entry of value.passes) {
    const reading = readPass(entry, facts);
    if (typeof reading === 'string') refused.push(reading);
    else if (passes.some(({ id }) => id === reading.id)) refused.push(`${reading.id}: it was drafted twice`);
    else if (passes.length === MOST_PASSES) refused.push(`${reading.id}: ${MOST_PASSES} passes are enough`);
    else passes.push(reading);
  }
  return { passes, refused };
}

/** A pass, or why it is none. */
function readPass(value: unknown, { files, readyAgents }: SetupFacts): ProposedPass | string {
  if (!isRecord(value)) return 'something that is no pass';
  const { id, description, why, prompt, tool, every, max_candidates: most } = value;
  const { include_paths: include, exclude_paths: exclude, capabilities } = value;
  if (typeof id !== 'string' || !ID.test(id))
    return `${JSON.stringify(id) ?? 'a pass'}: its id is not lower-case letters, digits and dashes`;
  if (!isText(description) || !isText(prompt) || prompt.length > LONGEST_PROMPT)
    return `${id}: it lacks a description or a prompt of reasonable length`;
  if (!isTexts(include) || !isTexts(exclude) || !isTexts(capabilities))
    return `${id}: its paths are not lists of texts`;
  if (typeof every !== 'string' || !/^[1-9]\d{0,3}[hd]$/.test(every))
    return `${id}: \`every\` is not a time such as 24h`;
  if (typeof most !== 'number' || !Number.isInteger(most) || most < 1) return `${id}: \`max_candidates\` is no count`;
  if (typeof tool !== 'string' || (tool !== '' && !readyAgents.includes(tool)))
    return `${id}: there is no agent ${String(tool)} here`;
  const [includePaths, excludePaths] = [include, exclude].map((paths) => existing(paths, files));
  if (!includePaths || !excludePaths) return `${id}: it names paths that are not there`;
  return {
    id,
    description: oneLine(description),
    why: isText(why) ? oneLine(why) : 'drafted by the agent',
    prompt: `${prompt.trim()}\n`,
    includePaths,
    excludePaths,
    capabilities: capabilities.filter(isText),
    every,
    maxCandidates: Math.min(most, 5),
    ...(tool === '' ? {} : { runner: { tool } }),
  };
}

/** The paths as the config has them; undefined when one of them is nowhere in the repository. */
function existing(paths: readonly string[], files: readonly string[]): readonly string[] | undefined {
  const found: string[] = [];
  for (const path of paths) {
    const parsed = parseRepoPath(path);
    if (parsed === undefined) return undefined;
    if (parsed === '') continue;
    if (!files.some((file) => isWithin(file, parsed))) return undefined;
    found.push(files.includes(parsed) ? parsed : `${parsed}/`);
  }
  return found;
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
