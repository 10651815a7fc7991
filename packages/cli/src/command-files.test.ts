import { describe, expect, it } from 'vitest';
import { filesOfCommand } from './command-files.ts';

describe('filesOfCommand', () => {
  it.each([
    ['bash scripts/backlog/validate.sh', 'scripts/backlog/validate.sh'],
    ['bash -e scripts/validate.sh --fast', 'scripts/validate.sh'],
    ['CI=1 bash "scripts/my check.sh"', 'scripts/my check.sh'],
    ['./scripts/check.sh', 'scripts/check.sh'],
    ['node tools/check.mjs', 'tools/check.mjs'],
    ['python3 check.py', 'check.py'],
    ['bash scripts/a.sh && bash scripts/b.sh', 'scripts/a.sh'],
    ['npm test', undefined],
    ['npm run lint --workspace apps/web', undefined],
    ['make check', undefined],
    ['node --test', undefined],
    ["bash -c 'echo hi'", undefined],
    ["node -e 'process.exit(1)'", undefined],
    ['python -m pytest', undefined],
    ['node_modules/.bin/vitest run', undefined],
    ['/usr/bin/env true', undefined],
    ['bash "$CHECK"', undefined],
    ['../outside.sh', undefined],
    ['', undefined],
  ])('finds the script of %j', (command, script) => expect(filesOfCommand(command).script).toBe(script));

  it('finds every word that could be a file', () => {
    const { candidates } = filesOfCommand(
      'bash scripts/a.sh --config=x lint.json && cat ../secret $HOME /etc/passwd *.ts',
    );
    expect(candidates).toEqual(['bash', 'scripts/a.sh', 'x', 'lint.json', 'cat']);
  });
});
