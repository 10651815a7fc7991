import { redactor } from '@backlog-runner/contracts';
import { describe, expect, test } from 'vitest';
import { endOfOutput, lastLine } from './findings.ts';

const asIs = (text: string) => text;
const printed = (stdout: string, stderr = '', truncated = false) => ({ stdout, stderr, truncated });

describe('the end of the output', () => {
  test('is both outputs, without colours, progress and control characters', () => {
    const stdout = '10%\r50%\r\u001b[32mok\u001b[0m\r\n\ttabs stay\u0007\n\n';
    expect(endOfOutput(printed(stdout, '\u001b]0;title\u0007bad\n'), asIs)).toBe('ok\n\ttabs stay\nbad');
  });

  test('is bounded, starts with a whole line, and says that something was left out', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n');
    const end = endOfOutput(printed(lines), asIs);
    expect(end.length).toBeLessThan(12_100);
    expect(end).toMatch(/^\[earlier output left out\]\nline \d+\n/);
    expect(end.endsWith('line 4999')).toBe(true);
  });

  test('holds the end of each output when both are long', () => {
    const end = endOfOutput(printed(`${'a\n'.repeat(20_000)}last out`, `${'b\n'.repeat(20_000)}last err`), asIs);
    expect(end.length).toBeLessThan(12_200);
    expect(end).toContain('last out\n');
    expect(end.endsWith('last err')).toBe(true);
  });

  test('is bounded also when it is one line', () => {
    expect(endOfOutput(printed('x'.repeat(50_000)), asIs).length).toBeLessThan(12_100);
  });

  test('has no secret in it, not even one that the cut or a colour goes through', () => {
    const redact = redactor({ API_KEY: 'very-secret-value' });
    const stdout = `very-sec\u001b[1mret-value${'y'.repeat(11_990)}`;
    const end = endOfOutput(printed(stdout), redact);
    expect(end).not.toContain('secret');
    expect(end).not.toContain('ret-value');
  });
});

test('the last line that says something comes from standard error first, and is bounded', () => {
  expect(lastLine(printed('out\n', 'first\nsh: foo: not found\n\n'), asIs)).toBe('sh: foo: not found');
  expect(lastLine(printed('one\ntwo\n'), asIs)).toBe('two');
  expect(lastLine(printed('', ' \n'), asIs)).toBe('');
  expect(lastLine(printed('z'.repeat(1000)), asIs)).toHaveLength(300);
});
