// Puts the licenses of all that is built into a package beside it. Run in the directory of a package that is built.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundledIn } from './house/bundled.mjs';

const parts = bundledIn('dist')
  .map(({ name, directory }) => `## ${name} ${versionOf(directory)}\n\n${licenseIn(directory)}\n`)
  .sort();
const title = '# Packages of others that are built into this one\n';
writeFileSync(join('dist', 'THIRD-PARTY-LICENSES.md'), [title, ...parts].join('\n'));

function versionOf(directory) {
  const { version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return `${version} (${license})`;
}

function licenseIn(directory) {
  const file = readdirSync(directory).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
  if (file === undefined) throw new Error(`${directory} has no license, which must go with what is built from it`);
  return readFileSync(join(directory, file), 'utf8').trim();
}
