// What the house rules look at: the packages below a directory, their manifests, sources and documents.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';

/** Everything a rule asks is asked of a house, so that a test can build one with a single breach in it. */
export function houseAt(root) {
  const path = (file) => join(root, file);
  const read = (file) => readFileSync(path(file), 'utf8');
  const exists = (file) => existsSync(path(file));
  const list = (directory) => (exists(directory) ? readdirSync(path(directory)) : []);
  /** Directories of packages that hold sources: the published ones and the provider by a third party. */
  const packages = [...list('packages').map((name) => `packages/${name}`), 'examples/acp-provider'].filter(
    (directory) => exists(`${directory}/package.json`),
  );

  return {
    root,
    packages,
    path,
    read,
    exists,
    list,
    manifestOf: (directory) => JSON.parse(read(`${directory}/package.json`)),
    /** Every source file of a package, tests included, with its text and the text without comments. */
    filesOf: (directory) =>
      below(path(directory), (name) => /^(node_modules|dist|dist-\w+|generated|fixtures)$/.test(name))
        .filter((found) => /\.[cm]?[jt]s$/.test(found))
        .map((found) => relative(root, found).split(sep).join('/'))
        .map((file) => ({ file, code: withoutComments(read(file)) })),
    /** Every document, those of examples included. */
    documents: () =>
      below(root, (name) => /^(node_modules|dist.*|fixtures|\..*)$/.test(name))
        .filter((found) => found.endsWith('.md'))
        .map((found) => relative(root, found).split(sep).join('/')),
  };
}

export const isPublished = (directory) => directory.startsWith('packages/');

export const isTest = (file) => !file.includes('/src/') || /\.test\.ts$/.test(file);

function below(directory, isForeign) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return isForeign(entry.name) ? [] : below(path, isForeign);
    return entry.isFile() ? [path] : [];
  });
}

/** A string is taken whole, so that a glob in it opens no comment; what it says stays. */
const STRING_OR_COMMENT = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

export function withoutComments(text) {
  return text.replace(STRING_OR_COMMENT, (found) => (found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found));
}

export function lineOf(text, index) {
  return text.slice(0, index).split('\n').length;
}

/** A relative import of a file, as a file. */
export const resolved = (file, specifier) => posix.join(dirname(file), specifier);

/** The packages a file imports, in whatever way, each with the line it does so in. */
export function packagesImportedBy(code) {
  const imports = code.matchAll(
    /(?:\bfrom|\bimport\(|^import|\brequire\(|\bcreateRequire\([^)]*\)\(|\bgetBuiltinModule\(|\bimport\.meta\.resolve\()\s*(['"])((?:@[\w-]+\/)?(?:node:)?[\w-][\w.-]*)(?:\/[\w.-]+)*\1/gm,
  );
  return [...imports].map((match) => ({ name: match[2], line: lineOf(code, match.index) }));
}
