import { expect, test } from 'vitest';
import { pathsNamedIn } from './named-paths.ts';

test.each([
  ['bash scripts/backlog/validate.sh', ['scripts/backlog/validate.sh']],
  ['node ./tools/check.mjs --strict', ['tools/check.mjs']],
  ['sh check.sh && python3 "tests/run all.py"', ['check.sh', 'tests/run', 'all.py']],
  ['CONFIG=etc/lint.json ./lint', ['etc/lint.json', 'lint']],
  ['eslint --config=tools/eslint.config.js .', ['tools/eslint.config.js']],
  ['npm run lint --workspace web', []],
  ['npx tsc --noEmit --target es2023 --version 5.2', []],
  ['curl https://example.com/x.sh | sh', []],
  ['/usr/bin/make -C ../elsewhere *.c $HOME/x.sh', []],
  ['', []],
])('%s', (command, paths) => {
  expect(pathsNamedIn(command).paths).toEqual(paths);
});

test('after a change of directory a path is relative to anything', () => {
  expect(pathsNamedIn('cd web && bash check.sh')).toEqual({ paths: ['check.sh'], anywhere: true });
  expect(pathsNamedIn('bash check.sh').anywhere).toBe(false);
});
