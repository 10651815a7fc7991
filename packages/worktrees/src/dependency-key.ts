import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const LOCKFILES = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'deno.lock'],
  ...['Cargo.lock', 'go.sum', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'requirements.txt'],
  ...['Gemfile.lock', 'composer.lock', 'mix.lock', 'pubspec.lock', 'Package.resolved', 'gradle.lockfile', 'flake.lock'],
];
/** What stands for the lockfile in a project that has none. */
const MANIFESTS = ['package.json', 'pyproject.toml', 'Gemfile', 'composer.json', 'mix.exs'];

/** Equal for two states of a working tree exactly when their dependencies were asked for in the same way. */
export async function dependencyKey(directories: readonly string[], installCommand: string): Promise<string> {
  const locked = await hashesOf(directories, LOCKFILES);
  const facts = locked.length > 0 ? locked : await hashesOf(directories, MANIFESTS);
  return sha256(JSON.stringify([installCommand, facts]));
}

async function hashesOf(directories: readonly string[], names: readonly string[]): Promise<readonly string[]> {
  const paths = [...new Set(directories)].flatMap((directory) => names.map((name) => join(directory, name)));
  const contents = await Promise.all(paths.map((path) => readFile(path).catch(() => undefined)));
  return contents.flatMap((content, at) => (content ? [`${names[at % names.length]} ${at} ${sha256(content)}`] : []));
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
