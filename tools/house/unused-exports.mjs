// What is exported is used: by another file of the package, its tests included, or by everybody who uses the package.
import { posix } from 'node:path';
import { isTest, lineOf, resolved } from './source-files.mjs';

const DECLARED =
  /^export (?:default )?(?:declare )?(?:async )?(?:function\*?|const|class|interface|type|let)\s+(\w+)|^export \{([^}]*)\};/gm;
const NAMED = /\b(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'(\.[^']*)'/g;
/** Everything in the file is used: under one name, when it is needed, or by running it. */
const WHOLE = /(?:\* (?:as \w+ )?from\s+|import\(\s*|new URL\(\s*|^import\s+)'(\.[^']*)'/gm;

export function* unusedExports(house) {
  for (const directory of house.packages) yield* unusedIn(house, directory);
}

function* unusedIn(house, directory) {
  const files = house.filesOf(directory);
  const entries = entriesOf(house, directory);
  const whole = new Set(entries);
  const used = new Set();
  for (const { file, code } of files) {
    for (const [, names, specifier] of code.matchAll(NAMED)) {
      for (const name of namesIn(names)) used.add(`${resolved(file, specifier)} ${name.own}`);
    }
    for (const [, specifier] of code.matchAll(WHOLE)) whole.add(resolved(file, specifier));
  }
  const mentioned = new Set([...used].map((use) => use.split(' ')[0]));
  for (const { file, code } of files) {
    if (isTest(file) || whole.has(file)) continue;
    if (!mentioned.has(file)) yield `${file}: nothing uses it`;
    else {
      for (const match of code.matchAll(DECLARED)) {
        for (const name of match[1] ? [match[1]] : namesIn(match[2]).map(({ given }) => given)) {
          if (!used.has(`${file} ${name}`) && !isPartOfSignature(match[0], name, code))
            yield `${file}:${lineOf(code, match.index)}: nobody uses its export ${name}`;
        }
      }
    }
  }
}

/** A type that the file itself goes on to use is exported for whoever reads the signature of something else. */
function isPartOfSignature(declaration, name, code) {
  return /\b(interface|type)\b/.test(declaration) && code.match(new RegExp(`\\b${name}\\b`, 'g')).length > 1;
}

/** The files that a package shows to others or runs as programs. */
function entriesOf(house, directory) {
  const shown = Object.values(house.manifestOf(directory).exports).map((target) => target['@backlog-runner/source']);
  return [...shown.filter(Boolean), ...builtFiles(house, directory)].map((path) => posix.join(directory, path));
}

function builtFiles(house, directory) {
  const config = `${directory}/tsup.config.ts`;
  const text = house.exists(config) ? house.read(config) : '';
  return [...text.matchAll(/'(src\/[\w/.-]+\.[jt]s)'/g)].map(([, path]) => path);
}

function namesIn(list) {
  return list
    .split(',')
    .map((part) => part.trim().replace(/^type\s+/, ''))
    .filter(Boolean)
    .map((part) => {
      const [own, given = own] = part.split(/\s+as\s+/);
      return { own, given };
    });
}
