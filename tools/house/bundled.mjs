// The packages of others that are built into a package, as its source maps tell.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** With their directories, which exist where the package was built. One name may be there in several versions. */
export function bundledIn(dist) {
  const maps = readdirSync(dist, { recursive: true }).filter((file) => file.endsWith('.js.map'));
  const directories = maps.flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(join(dist, map), 'utf8'));
    const packages = sources.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
    return packages.map((path) => join(dist, dirname(map), path));
  });
  return [...new Set(directories)].map((directory) => ({ name: nameOf(directory), directory }));
}

function nameOf(directory) {
  const scope = basename(dirname(directory));
  return scope.startsWith('@') ? `${scope}/${basename(directory)}` : basename(directory);
}
