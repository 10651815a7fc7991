// What only one place may do: clocks and chance, processes, the process itself; and nobody keeps state in a module.
import { filesOf, isTest, lineOf, PACKAGES } from './source-files.mjs';

const ONLY = [
  {
    what: 'reads a clock, starts a timer or asks for randomness',
    pattern:
      /\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime|setTimeout|setInterval|Math\.random|randomBytes|randomUUID|AbortSignal\.timeout)\b/,
    allowed: (file) => file === 'packages/contracts/src/system.ts',
  },
  {
    what: 'starts processes',
    pattern: /from '(node:child_process|node:cluster|execa)'|import\('(node:child_process|execa)'\)/,
    allowed: (file) =>
      file.startsWith('packages/subprocess/src/') || file === 'examples/acp-provider/src/agent-process.ts',
  },
  {
    what: 'touches the process it runs in',
    pattern: /\bprocess\.(exit|exitCode|on|once|argv|stdout|stderr|stdin|chdir)\b/,
    allowed: (file) => file.startsWith('packages/cli/src/'),
  },
];

const MUTABLE_MODULE_STATE = /^(?:export )?(?:let |var |const \w+(?:: [^=]+)? = new (?:Map|Set|WeakMap|Array)\(\))/m;

/** Programs that only run as a child of ours are processes of their own. */
const OWN_PROGRAMS = /^packages\/testkit\/src\/(fake-agent|model-server)[/.]/;

export function* privileges() {
  for (const { file, code } of PACKAGES.flatMap(filesOf)) {
    if (isTest(file) || OWN_PROGRAMS.test(file)) continue;
    for (const { what, pattern, allowed } of ONLY) {
      const found = allowed(file) ? null : pattern.exec(code);
      if (found) yield `${file}:${lineOf(code, found.index)}: ${what}: ${found[0]}`;
    }
    const state = MUTABLE_MODULE_STATE.exec(code);
    if (state) yield `${file}:${lineOf(code, state.index)}: keeps state in the module`;
  }
}
