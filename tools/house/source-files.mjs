// The files the house rules are about, read once.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Directories of packages that hold sources: the published ones and the provider by a third party. */
export const PACKAGES = [
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`),
  'examples/acp-provider',
].filter((directory) => existsSync(join(root, directory, 'package.json')));

export const isPublished = (directory) => directory.startsWith('packages/');

export const manifestOf = (directory) => JSON.parse(readFileSync(join(root, directory, 'package.json'), 'utf8'));

export const isTest = (file) => !file.includes('/src/') || /\.test\.ts$/.test(file);

/** Every source file of a package, tests included, with its text and the text without comments. */
export function filesOf(directory) {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .map((entry) => ({ entry, path: join(entry.parentPath ?? entry.path, entry.name) }))
    .filter(({ entry, path }) => entry.isFile() && /\.(ts|js|mjs)$/.test(path) && !isForeign(path))
    .map(({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { file: relative(root, path).split(sep).join('/'), text, code: withoutComments(text) };
    });
}

const isForeign = (path) => /[\\/](node_modules|dist|dist-\w+|generated|fixtures)[\\/]/.test(path);

function withoutComments(text) {
  const blank = (comment) => comment.replace(/[^\n]/g, ' ');
  return text.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/.*$/gm, blank);
}

export function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}

/** A relative import of a file, as a file. */
export function resolved(file, specifier) {
  const path = resolve(root, dirname(file), specifier);
  return relative(root, path).split(sep).join('/');
}

/** The packages a file imports, each with the line it does so in. */
export function packagesImportedBy({ code }) {
  const imports = code.matchAll(/(?:\bfrom|\bimport\(|^import)\s*'((?:@[\w-]+\/)?[\w-][\w.-]*)((?:\/[\w.-]+)*)'/gm);
  return [...imports].map((match) => ({ name: match[1], line: lineOf(code, match.index) }));
}
