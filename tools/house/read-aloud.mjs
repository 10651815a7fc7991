// The longest function of the runner reads aloud in a minute.
import { parseAst } from 'vitest/node';
import { isTest, lineOf } from './source-files.mjs';

const WHERE = 'packages/runner';
/** A calm voice says so many in a minute. */
const MOST_WORDS = 150;

/** As it is said: `questionOf` is two words, `30_000` one; signs are silent, an escape is one. What is in strings is read. */
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d[\d_.]*/g;
const ESCAPE = /\\./g;

/** From its parameters to its end, without comments. A function in another one counts by itself and with the other. */
export function* readAloud(house) {
  for (const directory of house.packages.filter((name) => name === WHERE)) {
    for (const { file, code } of house.filesOf(directory).filter((source) => !isTest(source.file))) {
      for (const { name, start, end } of functionsIn(parseAst(code, { lang: 'ts' }))) {
        const words = code.slice(start, end).replace(ESCAPE, ' ').match(WORD)?.length ?? 0;
        if (words <= MOST_WORDS) continue;
        yield `${file}:${lineOf(code, start)}: ${name} has ${words} words, and a minute has ${MOST_WORDS}`;
      }
    }
  }
}

/** Every function of a syntax tree; one without a name of its own is called by what it is given to. */
function* functionsIn(node, given = 'a function') {
  if (Array.isArray(node)) for (const part of node) yield* functionsIn(part, given);
  if (typeof node?.type !== 'string') return;
  const name = nameOf(node) ?? given;
  if (IS_FUNCTION.test(node.type) && node.body) yield { name, start: node.start, end: node.end };
  for (const part of Object.values(node)) yield* functionsIn(part, name);
}

const IS_FUNCTION = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/;

function nameOf({ id, key }) {
  return id?.name ?? key?.name;
}
