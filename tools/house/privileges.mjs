// What only one place may do: clocks and chance, processes, the process itself; and nobody keeps state in a module.
import { isTest, lineOf } from './source-files.mjs';

const ONLY = [
  {
    what: 'reads a clock, starts a timer or asks for randomness',
    patterns: [
      /\bDate\.now\b|\bTemporal\.Now\b|\bnew\s+Date\b(?!\s*\(\s*[^\s)])|(?<!\bnew\s+)\bDate\(/,
      /\bperformance\.\w+|\bhrtime\b|\buptime\(|['"`](?:node:)?perf_hooks['"`]/,
      /\b(?:setTimeout|setInterval|AbortSignal\.timeout|scheduler\.wait|Atomics\.wait(?:Async)?)\b/,
      /\bMath\.random\b|\brandom(?:Bytes|UUID|UUIDv7|Int|Fill|FillSync)\b|\bgetRandomValues\b/,
      /\bgenerate(?:Key|KeyPair|Prime)(?:Sync)?\b/,
    ],
    allowed: (file) => file === 'packages/contracts/src/system.ts',
  },
  {
    what: 'starts or ends processes',
    patterns: [
      // By name, however it is loaded: import, import(), require, process.getBuiltinModule.
      /(['"`])(?:node:)?(?:child_process|cluster|worker_threads)\1/,
      /(['"`])(?:execa|cross-spawn|tinyexec|nano-spawn|zx)\1/,
      /\bprocess\.(?:execve|binding|_linkedBinding|dlopen)\b/,
      // Signal 0 only asks whether somebody is there.
      /\bprocess\.kill\((?!\s*[\w.]+,\s*0\))/,
    ],
    allowed: (file) =>
      file.startsWith('packages/subprocess/src/') ||
      /^examples\/acp-provider\/src\/(agent-process|sweep)\.ts$/.test(file),
  },
  {
    what: 'touches the process it runs in',
    patterns: [
      /\bprocess\??\.(?:exit|exitCode|reallyExit|abort|argv|argv0|stdout|stderr|stdin|chdir|umask)\b/,
      /\bprocess\??\.(?:on|once|off|emit|addListener|prependListener|removeListener|removeAllListeners)\b/,
      /\bprocess\[|\}\s*=\s*(?:globalThis\.)?process\b(?!\s*\.)|(['"`])(?:node:)?process\1|\bconsole\.\w+/,
    ],
    allowed: (file) => file.startsWith('packages/cli/src/'),
  },
];

const MUTABLE_MODULE_STATE =
  /^(?:export )?(?:let |var |const \w+\b[^;\n]* = new (?:Map|Set|WeakMap|WeakSet|Array)(?:<.*>)?\(\)|const \w+(?:: (?!readonly )[^;\n=]+)? = (?:\[\]|\{\});)/m;

/** Programs that only run as a child of ours are processes of their own. */
const OWN_PROGRAMS = /^packages\/testkit\/src\/(fake-agent|model-server)[/.]/;
/** Nobody imports it: it lives as long as its process. */
const ENTRY = 'packages/cli/src/bin.ts';

export function* privileges(house) {
  for (const { file, code } of house.packages.flatMap(house.filesOf)) {
    if (isTest(file) || OWN_PROGRAMS.test(file)) continue;
    for (const { what, patterns, allowed } of ONLY) {
      if (allowed(file)) continue;
      for (const found of patterns.map((pattern) => pattern.exec(code)).filter(Boolean)) {
        yield `${file}:${lineOf(code, found.index)}: ${what}: ${found[0]}`;
      }
    }
    const state = file === ENTRY ? null : MUTABLE_MODULE_STATE.exec(code);
    if (state) yield `${file}:${lineOf(code, state.index)}: keeps state in the module`;
  }
}
