import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const guide = read('docs/guides/write-a-provider.md');
const blocks = [...guide.matchAll(/```(?:ts|js)\n([\s\S]*?)\n```/g)].map(([, block = '']) => block);

it.each(blocks)('the guide quotes what stands there: %#', (block) => {
  const [, path = ''] = /^\/\/ (examples\/acp-provider\/\S+)\n/.exec(block) ?? [];
  expect(read(path)).toContain(block.slice(block.indexOf('\n') + 1));
});

it('the guide quotes something', () => {
  expect(blocks.length).toBeGreaterThan(5);
});
