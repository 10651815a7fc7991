import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineSplitter } from './line-splitter.ts';

function split(bytes: Buffer, cuts: readonly number[], maxBytes: number): string[] {
  const splitter = lineSplitter(maxBytes);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const lines = places.slice(1).flatMap((end, index) => splitter.push(bytes.subarray(places[index], end)));
  return [...lines, ...splitter.rest()];
}

test('however the bytes are cut into chunks, the lines are the same', () => {
  const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll(/[\r\n]/g, '')));
  fc.assert(
    fc.property(text, fc.constantFrom('\n', '\r\n'), fc.array(fc.nat()), (lines, end, cuts) => {
      const bytes = Buffer.from(lines.map((line) => line + end).join(''));
      expect(split(bytes, cuts, 1_000_000)).toEqual(lines);
    }),
  );
});

test('of a line that is too long the start is kept, and the next line is not touched', () => {
  expect(split(Buffer.from('123456789\nnext\nlonger'), [3, 7], 5)).toEqual(['12345', 'next', 'longe']);
});
