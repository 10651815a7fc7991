import { expect, test } from 'vitest';
import { allowedEnvironment, BASE_ENVIRONMENT_NAMES } from './environment.ts';

test('only what is named, by name or prefix, is passed on', () => {
  const source = { PATH: '/bin', HOME: undefined, ACME_KEY: 'k', ACME: 'a', OTHER_SECRET: 's' };
  expect(allowedEnvironment(source, { names: ['PATH', 'HOME'], prefixes: ['ACME_'] })).toEqual({
    PATH: '/bin',
    ACME_KEY: 'k',
  });
});

test('the base list has no secret in it', () => {
  expect(BASE_ENVIRONMENT_NAMES.filter((name) => /KEY|TOKEN|SECRET|PASS|AUTH/i.test(name))).toEqual([]);
});
