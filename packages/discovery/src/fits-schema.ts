import { createRequire } from 'node:module';
import type { JsonSchema } from '@backlog-runner/contracts';

type Ajv = typeof import('ajv');

/** Where an answer breaks its schema, as one sentence. Undefined when it fits. */
export function misfit(schema: JsonSchema, answer: unknown): string | undefined {
  // Loaded when an answer is there: importing it costs more than most commands do.
  const { Ajv }: Ajv = createRequire(import.meta.url)('ajv');
  const validate = new Ajv({ strict: false, logger: false }).compile(schema);
  if (validate(answer)) return undefined;
  const [error] = validate.errors ?? [];
  const place = error?.instancePath ? `At \`${error.instancePath.slice(1).replaceAll('/', '.')}\` it` : 'It';
  return `The answer is not in the promised form. ${place} ${error?.message ?? 'is wrong'}.`;
}
