import type { CallExpression, Expression, Node, ObjectExpression, Property } from 'acorn';
import type { Obstacle } from './config-edit.ts';
import { nodesOf, type ParsedSource } from './parse-source.ts';

/** The object literal that is the config. */
export function findRoot(parsed: ParsedSource): ObjectExpression | Obstacle {
  const exported = defaultExport(parsed);
  return exported ? findObject(parsed, exported) : { obstacle: 'there is no default export', at: 0 };
}

/**
 * The object literal an expression surely is: itself, the argument of `defineConfig`, or what a variable was made from
 * that is used nowhere else.
 */
export function findObject(parsed: ParsedSource, expression: Node): ObjectExpression | Obstacle {
  const node = expression as Expression;
  if (node.type === 'ObjectExpression') return node;
  if (node.type === 'CallExpression') {
    const [config, ...more] = node.arguments;
    if (config && more.length === 0 && isDefineConfig(parsed, node)) return findObject(parsed, config);
    return { obstacle: `it is what a call of \`${text(parsed, node.callee)}\` returns`, at: node.start };
  }
  if (node.type === 'Identifier') {
    const made = initialiser(parsed, node.name);
    if (made === undefined) return { obstacle: `\`${node.name}\` comes from elsewhere`, at: node.start };
    if (references(parsed, node.name) === 1) return findObject(parsed, made);
    return { obstacle: `\`${node.name}\` is used in more than one place`, at: node.start };
  }
  return { obstacle: 'it is computed', at: node.start };
}

export type Lookup =
  | { readonly status: 'found'; readonly property: Property }
  | { readonly status: 'absent' }
  | { readonly status: 'unclear'; readonly obstacle: Obstacle };

/** The property of a key in an object literal, unless something else there may decide about the key. */
export function lookUp(parsed: ParsedSource, object: ObjectExpression, key: string): Lookup {
  const unclear = (node: Node, obstacle: string): Lookup => ({
    status: 'unclear',
    obstacle: { obstacle, at: node.start },
  });
  let found: Property | undefined;
  let clever: Node | undefined;
  for (const property of object.properties) {
    const name = property.type === 'Property' ? keyOf(property) : undefined;
    if (property.type !== 'Property' || name === undefined) clever = property;
    else if (name === key) {
      if (found) return unclear(property, `\`${key}\` is there twice`);
      found = property;
      clever = undefined;
    }
  }
  if (clever) return unclear(clever, `\`${text(parsed, clever)}\` may say something about \`${key}\``);
  if (!found) return { status: 'absent' };
  if (found.method || found.kind !== 'init') return unclear(found, `\`${key}\` is a function`);
  return { status: 'found', property: found };
}

/** The name of a property, unless it is computed or sets the prototype. */
export function keyOf({ key, computed, shorthand }: Property): string | undefined {
  const name =
    key.type === 'Literal' ? String(key.value) : key.type === 'Identifier' && !computed ? key.name : undefined;
  return name === '__proto__' && !computed && !shorthand ? undefined : name;
}

function defaultExport({ program }: ParsedSource): Node | undefined {
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration;
    if (statement.type !== 'ExportNamedDeclaration' || statement.source) continue;
    const named = statement.specifiers.find(({ exported }) => nameOf(exported) === 'default');
    if (named) return named.local;
  }
  return undefined;
}

function nameOf(node: Node): unknown {
  if ('name' in node) return node.name;
  return 'value' in node ? node.value : undefined;
}

function isDefineConfig({ program }: ParsedSource, { callee }: CallExpression): boolean {
  if (callee.type !== 'Identifier') return false;
  return program.body.some(
    (statement) =>
      statement.type === 'ImportDeclaration' &&
      statement.specifiers.some(
        (specifier) =>
          specifier.type === 'ImportSpecifier' &&
          specifier.local.name === callee.name &&
          nameOf(specifier.imported) === 'defineConfig',
      ),
  );
}

function initialiser({ program }: ParsedSource, name: string): Expression | undefined {
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    const declared = declaration.declarations.find(({ id }) => id.type === 'Identifier' && id.name === name);
    if (declared?.init) return declared.init;
  }
  return undefined;
}

/** How often a name is used, but for its declaration. */
function references({ program }: ParsedSource, name: string): number {
  const nodes = [...nodesOf(program)];
  const labels = new Set(nodes.flatMap((node) => nameOnly(node) ?? []));
  return nodes.filter((node) => node.type === 'Identifier' && nameOf(node) === name && !labels.has(node)).length;
}

/** The part of a node that looks like a variable and is none, or declares it. */
function nameOnly(node: Node): Node | undefined {
  if (node.type === 'VariableDeclarator' && 'id' in node) return node.id as Node;
  if ('computed' in node && node.computed) return undefined;
  if (node.type === 'Property' && 'key' in node) return node.key as Node;
  if (node.type === 'MemberExpression' && 'property' in node) return node.property as Node;
  return undefined;
}

const LONGEST = 40;

function text({ source }: ParsedSource, { start, end }: Node): string {
  const code = source.slice(start, end).replaceAll(/\s+/g, ' ');
  return code.length > LONGEST ? `${code.slice(0, LONGEST)}…` : code;
}
