import { mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES, findMarked } from '@backlog-runner/subprocess';
import {
  type CheckBehaviour,
  LAST_WORDS,
  type ValidationSubject,
  validationCases,
} from '@backlog-runner/testkit/conformance';
import { describe, it } from 'vitest';
import { commandValidation } from '../src/index.ts';

const environment = allowedEnvironment(process.env, { names: BASE_ENVIRONMENT_NAMES });

const COMMANDS: Readonly<Record<CheckBehaviour, string>> = {
  passes: 'true',
  refuses: `echo checking; echo "${LAST_WORDS}" >&2; exit 3`,
  'prints-much': `yes 1234567890 | head -c 1000000; echo "${LAST_WORDS}"; exit 1`,
  'cannot-start': 'no-such-check --all',
  'breaks-off': 'kill -9 $$',
  'takes-too-long': 'sleep 60',
  hangs: 'sleep 60',
  'leaves-a-process': 'setsid sleep 60 & exit 0',
  'looks-at-the-work': 'test -f good.txt',
  'looks-at-the-environment': 'test "$CONFORMANCE" = yes',
};

const byCommand: ValidationSubject = {
  open() {
    const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'validation-')));
    return {
      validation: (behaviour) =>
        commandValidation({
          commands: { default: COMMANDS[behaviour], profiles: { frontend: COMMANDS[behaviour] } },
          routing: [],
          environment,
          timeoutMs: behaviour === 'takes-too-long' ? 100 : 30_000,
        }),
      directory(files) {
        const directory = mkdtempSync(path.join(root, 'workspace-'));
        for (const [name, content] of Object.entries(files)) writeFileSync(path.join(directory, name), content);
        return directory;
      },
      filesIn: (directory) => readdirSync(directory),
      processes: async (run) => (await findMarked(`${run}/`)).length,
      profile: 'frontend',
      dispose: () => rmSync(root, { recursive: true, force: true }),
    };
  },
};

describe('validation by a command keeps the contract', () => {
  it.each(validationCases.map((one) => [one.id, one] as const))('%s', (_, one) => one.run(byCommand));
});
