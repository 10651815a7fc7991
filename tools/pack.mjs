// Packs what is built, as it would be published.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Packs these directories of the workspace; answers with the tarball by package name. */
export function pack(directories, out) {
  mkdirSync(out, { recursive: true });
  const filters = directories.flatMap((directory) => ['--filter', `./${directory}`]);
  const args = ['--yes', packageManager, '--recursive', ...filters, 'pack', '--pack-destination', out];
  const result = spawnSync('npx', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (result.status !== 0) throw new Error(`pnpm pack ended with ${result.status}\n${result.stdout}\n${result.stderr}`);
  const files = readdirSync(out);
  return Object.fromEntries(
    directories.map((directory) => {
      const { name, version } = JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));
      const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
      if (!files.includes(file)) throw new Error(`${file} was not packed`);
      return [name, join(out, file)];
    }),
  );
}
