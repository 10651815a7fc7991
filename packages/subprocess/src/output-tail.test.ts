import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputTail } from './output-tail.ts';

test('the end is kept, as many whole characters as fit, however it arrived', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), fc.integer({ min: 1, max: 7 }), (text, max, step) => {
      const bytes = Buffer.from(text);
      const whole = bytes.toString();
      const tail = outputTail(max);
      for (let at = 0; at < bytes.length; at += step) tail.push(bytes.subarray(at, at + step));
      expect(whole.endsWith(tail.text())).toBe(true);
      expect(Buffer.byteLength(tail.text())).toBeLessThanOrEqual(max);
      expect(Buffer.byteLength(tail.text())).toBeGreaterThan(Math.min(max, bytes.length) - 4);
      expect(tail.truncated()).toBe(bytes.length > max);
    }),
  );
});

test('nothing is kept when nothing may be', () => {
  const tail = outputTail(0);
  tail.push(Buffer.from('something'));
  expect(tail.text()).toBe('');
});
