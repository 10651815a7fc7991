import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The runner program as one file, so that hundreds of runners start quickly and all alike. */
    readonly program: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const directory = programDirectory();
  project.provide('program', await buildProgram(directory));
  return () => rmSync(directory, { recursive: true, force: true });
}

/** Where the few packages that are loaded on demand are found from. */
export function programDirectory(): string {
  return mkdtempSync(fileURLToPath(new URL('../node_modules/.crash-', import.meta.url)));
}

/** Bundles the runner program from the sources into a directory. */
export async function buildProgram(directory: string): Promise<string> {
  await build({
    config: false,
    entry: { 'runner-program': fileURLToPath(new URL('runner-program.ts', import.meta.url)) },
    outDir: directory,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'node20',
    noExternal: [/./],
    removeNodeProtocol: false,
    silent: true,
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    esbuildOptions: (options) => {
      options.conditions = ['@backlog-runner/source', 'module', 'node'];
    },
  });
  // The program that a scripted agent runs is looked for beside it.
  copyFileSync(new URL('../../testkit/src/fake-agent.js', import.meta.url), join(directory, 'fake-agent.js'));
  return join(directory, 'runner-program.mjs');
}
