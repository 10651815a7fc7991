import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readdir, readFile } from './small-files.ts';

const LOCKFILES: ReadonlySet<string> = new Set([
  ...['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'deno.lock'],
  ...['Cargo.lock', 'go.sum', 'poetry.lock', 'uv.lock', 'pdm.lock', 'Pipfile.lock', 'requirements.txt'],
  ...['Gemfile.lock', 'composer.lock', 'mix.lock', 'pubspec.lock', 'Package.resolved', 'gradle.lockfile', 'flake.lock'],
]);
/** What stands for the lockfile in a project that has none. */
const MANIFESTS: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'Gemfile',
  'composer.json',
  'mix.exs',
]);

/** Equal for two states of a working tree exactly when their dependencies were asked for in the same way. */
export async function dependencyKey(directories: readonly string[], installCommand: string): Promise<string> {
  const locked = await hashesOf(directories, LOCKFILES);
  const facts = locked.length > 0 ? locked : await hashesOf(directories, MANIFESTS);
  return sha256(JSON.stringify([installCommand, facts]));
}

async function hashesOf(directories: readonly string[], names: ReadonlySet<string>): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (const directory of new Set(directories)) {
    const present = await readdir(directory).catch(() => []);
    for (const name of present.filter((each) => names.has(each)).sort()) {
      hashes.push(`${directory === directories[0]} ${name} ${sha256(await readFile(join(directory, name)))}`);
    }
  }
  return hashes;
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
