import type { Detected } from './detect.ts';

/** The config `init` writes. It imports nothing, so that it also works where the package is not installed. */
export function configText({ install }: Detected): string {
  const bootstrap = install
    ? [
        '  // Run in each workspace before its first task, and again when a lockfile changed.',
        `  workspaceBootstrap: { installCommand: ${quoted(install)} },`,
      ]
    : [
        '  // What makes a fresh working copy able to run the validation:',
        "  // workspaceBootstrap: { installCommand: 'npm ci' },",
      ];
  return [
    "/** @type {import('backlog-runner').Config} */",
    'export default {',
    '  // safe: 1 task at a time, balanced: 2, aggressive: 4.',
    "  preset: 'balanced',",
    '  // What must pass before work may land.',
    '  validation: {',
    "    default: 'bash scripts/backlog/validate.sh',",
    '  },',
    ...bootstrap,
    '  providers: {',
    '    agents: {',
    "      code: { tool: 'codex' },",
    "      ui: { tool: 'claude' },",
    '    },',
    '  },',
    '  // Tasks whose touch paths all lie below these are for the `ui` agent.',
    '  classification: { uiPathPrefixes: [] },',
    '};',
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
