import { type Comment, type Node, type Program, parse, type Token } from 'acorn';

/** The source of a config, understood as code. Offsets count from the beginning of the source. */
export interface ParsedSource {
  readonly source: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly tokens: readonly Token[];
}

/** Reads a module. Answers with what is wrong when it is none. */
export function parseSource(source: string): ParsedSource | { readonly mistake: string } {
  const comments: Comment[] = [];
  const tokens: Token[] = [];
  try {
    const program = parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      onComment: comments,
      onToken: tokens,
    });
    return { source, program, comments, tokens };
  } catch (error) {
    if (error instanceof SyntaxError) return { mistake: error.message };
    throw error;
  }
}

/** The comma that follows a node, if one does. */
export function commaAfter({ tokens }: ParsedSource, { end }: Node): Token | undefined {
  const next = tokens.find(({ start }) => start >= end);
  return next?.type.label === ',' ? next : undefined;
}

export function commentsWithin(
  { comments }: ParsedSource,
  { start, end }: { start: number; end: number },
): readonly Comment[] {
  return comments.filter((comment) => comment.start >= start && comment.end <= end);
}

/** The node and all below it. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of [value].flat()) if (isNode(child)) yield* nodesOf(child);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
