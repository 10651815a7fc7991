import {
  type Candidate,
  EXECUTION_DOMAINS,
  PRIORITIES,
  parseRepoPath,
  parseTaskId,
  type RepoPath,
  type Revision,
  SOURCE_TYPES,
  TASK_KINDS,
  TASK_LIMITS,
  TASK_STATES,
  type Task,
  type TaskSource,
} from '@backlog-runner/contracts';

/** Fields as they are on disk. */
export type Fields = Readonly<Record<string, unknown>>;

/** The task these fields say, when they keep every rule of the schema; otherwise undefined. Says nothing about why. */
export function readTask(fields: Fields, path: RepoPath, revision: Revision): Task | undefined {
  const candidate = readCandidate(fields);
  const id = parseTaskId(fields.id === undefined ? stemOf(path) : asText(fields.id));
  const state = oneOf(fields.state, TASK_STATES, 'ready');
  const supersededBy = each(texts(fields.superseded_by), parseTaskId);
  const statusNotes = texts(fields.status_notes);
  const createdAt = optionalText(fields.created_at);
  const updatedAt = optionalText(fields.updated_at);
  if (!candidate || !id || !state || !supersededBy || !statusNotes) return undefined;
  if (createdAt === INVALID || updatedAt === INVALID) return undefined;
  return {
    id,
    ...candidate,
    state,
    ...(supersededBy.length === 0 ? {} : { supersededBy }),
    statusNotes,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    path,
    revision,
  };
}

/** The candidate these fields say, when they keep every rule of the schema; otherwise undefined. */
export function readCandidate(fields: Fields): Candidate | undefined {
  const { title } = fields;
  if (typeof title !== 'string' || !/\S/.test(title) || isLonger(title, TASK_LIMITS.titleLength)) return undefined;
  const priority = oneOf(fields.priority, PRIORITIES, 'normal');
  const kind = oneOf(fields.task_kind, TASK_KINDS, 'implementation');
  const executionDomain = fields.execution_domain ?? undefined;
  const domain = oneOf(executionDomain, EXECUTION_DOMAINS, 'code_logic');
  const dependsOn = each(texts(fields.depends_on), parseTaskId);
  const touchPaths = each(texts(fields.touch_paths), parseRepoPath);
  const capabilities = texts(fields.capabilities);
  const acceptanceCriteria = texts(fields.acceptance_criteria);
  const validationProfile = optionalText(fields.validation_profile);
  const description = optionalText(fields.description, TASK_LIMITS.textLength);
  const source = readSource(fields.source);
  if (!priority || !kind || !domain || !dependsOn || !touchPaths || !capabilities || !acceptanceCriteria || !source) {
    return undefined;
  }
  if (validationProfile === INVALID || description === INVALID) return undefined;
  return {
    title,
    priority,
    kind,
    ...(executionDomain === undefined ? {} : { executionDomain: domain }),
    dependsOn,
    touchPaths: [...new Set(touchPaths)],
    capabilities,
    ...(validationProfile === undefined ? {} : { validationProfile }),
    acceptanceCriteria,
    ...(description === undefined ? {} : { description }),
    source,
  };
}

/** The name of a task file without its directory and ending: the id of a task that has none of its own. */
export function stemOf(path: RepoPath): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '');
}

const INVALID = Symbol('invalid');

function readSource(value: unknown): TaskSource | undefined {
  if (typeof value !== 'object' || value === null) {
    const type = oneOf(value ?? undefined, SOURCE_TYPES, 'manual');
    return type && { type };
  }
  const { type: named, pass_id: passId } = value as Fields;
  const type = named === undefined ? undefined : oneOf(named, SOURCE_TYPES, 'manual');
  if (Array.isArray(value) || !type) return undefined;
  if (passId === undefined) return { type };
  return typeof passId === 'string' && !isLonger(passId, 100) ? { type, passId } : undefined;
}

function oneOf<const T extends string>(value: unknown, allowed: readonly T[], fallback: NoInfer<T>): T | undefined {
  return value === undefined ? fallback : allowed.find((name) => name === value);
}

function texts(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > TASK_LIMITS.listLength) return undefined;
  return value.every((item) => typeof item === 'string' && !isLonger(item, TASK_LIMITS.textLength)) ? value : undefined;
}

function each<T extends string>(
  values: readonly string[] | undefined,
  parse: (text: string) => T | undefined,
): readonly T[] | undefined {
  const parsed = values?.map(parse).filter((value) => value !== undefined);
  return parsed?.length === values?.length ? parsed : undefined;
}

function optionalText(value: unknown, limit = Number.POSITIVE_INFINITY): string | undefined | typeof INVALID {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' && !isLonger(value, limit) ? value : INVALID;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** JSON Schema counts characters, not the halves that JavaScript counts. */
function isLonger(text: string, limit: number): boolean {
  return text.length > limit && [...text].length > limit;
}
