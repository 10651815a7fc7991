import { readFileSync } from 'node:fs';
import { ERROR_CODES, type ErrorCode } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { EXIT, exitCodeOf } from '../src/exit-code.ts';

const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

describe('the documentation', () => {
  it('names the exit code of every error', () => {
    const sections = read('errors.md').matchAll(/^## (\S+)\n\n_Exit code (\d+)\._\n\n\S/gm);
    const documented = Object.fromEntries([...sections].map(([, code, exit]) => [code, Number(exit)]));
    const codes = Object.keys(ERROR_CODES) as ErrorCode[];
    expect(documented).toEqual(Object.fromEntries(codes.map((code) => [code, exitCodeOf(code)])));
  });

  it('explains every exit code and no other', () => {
    const [, table = ''] = /## Exit codes\n([\s\S]*?)\n## /.exec(read('cli.md')) ?? [];
    const rows = [...table.matchAll(/^\| ([\d, ]+) \| \S/gm)].flatMap(([, codes = '']) =>
      codes.split(', ').map(Number),
    );
    expect(rows).toEqual(Object.values(EXIT));
  });
});
