/** How a language writes what is not code. */
export interface CommentSyntax {
  /** What begins a comment that ends with the line. */
  readonly line: readonly string[];
  readonly block: readonly (readonly [string, string])[];
  /** What begins and ends a text; longer ones first. */
  readonly quotes: readonly string[];
  /** `#` begins a comment only at the beginning of a word. */
  readonly needsSpace?: boolean;
}

const SLASH: CommentSyntax = { line: ['//'], block: [['/*', '*/']], quotes: ['"', "'", '`'] };
/** Lifetimes and labels begin with a single quote there. */
const RUST: CommentSyntax = { ...SLASH, quotes: ['"'] };
const STYLE: CommentSyntax = { line: [], block: [['/*', '*/']], quotes: ['"', "'"] };
const HASH: CommentSyntax = { line: ['#'], block: [], quotes: ['"', "'"], needsSpace: true };
const PYTHON: CommentSyntax = { ...HASH, quotes: ['"""', "'''", '"', "'"] };
const PHP: CommentSyntax = { ...SLASH, line: ['//', '#'], quotes: ['"', "'"] };
const SQL: CommentSyntax = { line: ['--'], block: [['/*', '*/']], quotes: ["'", '"'] };
const LUA: CommentSyntax = { line: ['--'], block: [['--[[', ']]']], quotes: ['"', "'"] };
const HASKELL: CommentSyntax = { line: ['--'], block: [['{-', '-}']], quotes: ['"'] };
const LISP: CommentSyntax = { line: [';'], block: [], quotes: ['"'] };
const PERCENT: CommentSyntax = { line: ['%'], block: [], quotes: [] };
const MARKUP: CommentSyntax = { line: [], block: [['<!--', '-->']], quotes: [] };
const COMPONENT: CommentSyntax = { ...SLASH, block: [...SLASH.block, ['<!--', '-->']] };

const BY_ENDING: readonly (readonly [string, CommentSyntax])[] = [
  ['js jsx mjs cjs ts tsx mts cts java kt kts c h cc cpp cxx hpp cs go swift scala dart groovy gradle m mm', SLASH],
  ['proto sol zig v sv jsonc json5 scss less tf hcl', SLASH],
  ['rs', RUST],
  ['css', STYLE],
  ['py pyi', PYTHON],
  ['rb sh bash zsh fish yml yaml toml pl pm r ex exs cr nim ps1 cmake mk dockerfile makefile', HASH],
  ['php', PHP],
  ['sql', SQL],
  ['lua', LUA],
  ['hs elm', HASKELL],
  ['lisp clj cljs cljc el scm rkt asm', LISP],
  ['erl hrl tex', PERCENT],
  ['html htm xml md mdx xhtml', MARKUP],
  ['vue svelte astro', COMPONENT],
];

const SYNTAXES: ReadonlyMap<string, CommentSyntax> = new Map(
  BY_ENDING.flatMap(([endings, syntax]) => endings.split(' ').map((ending) => [ending, syntax] as const)),
);

/** The syntax of a file, by its name. Undefined for what is not known to have comments. */
export function syntaxOf(path: string): CommentSyntax | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return SYNTAXES.get(name.slice(name.lastIndexOf('.') + 1));
}
