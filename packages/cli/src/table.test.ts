import { describe, expect, it } from 'vitest';
import { painter, usesColour } from './colour.ts';
import { table } from './table.ts';

const paint = painter(false);
const rows = [
  ['a', 'done', 'First'],
  ['long-id', 'ready', 'Second'],
];

describe('table', () => {
  it('aligns columns under a header on a terminal', () => {
    expect(table(['ID', 'STATE', 'TITLE'], rows, { isTTY: true, paint })).toBe(
      'ID       STATE  TITLE\na        done   First\nlong-id  ready  Second\n',
    );
  });

  it('puts tabs between cells in a pipe', () => {
    expect(table(['ID', 'STATE', 'TITLE'], rows, { isTTY: false, paint })).toBe(
      'a\tdone\tFirst\nlong-id\tready\tSecond\n',
    );
  });

  it('lets no text of a cell forge a row or a colour', () => {
    const hostile = [['x', 'a\nb\tc\u001b[31m']];
    expect(table(['ID', 'TITLE'], hostile, { isTTY: false, paint })).toBe('x\ta b c [31m\n');
  });
});

describe('usesColour', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
  ])('%j on a terminal %s is %s', (environment, isTTY, expected) => {
    expect(usesColour(environment, { isTTY })).toBe(expected);
  });
});
