import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectHarmless, expectPlain } from './harmless.ts';
import { hostileWorld } from './hostile-world.ts';

const NAMES = [
  ...[
    'sp ace.txt',
    ' leading',
    'trailing ',
    'quo"te\'s.txt',
    'new\nline.txt',
    'tab\t.txt',
    'back\\slash',
    '\u001b[31m.txt',
  ],
  ...[
    '-dash',
    '--output=pwned',
    '$(touch pwned)',
    '`touch pwned`',
    '*',
    '?',
    '[a]',
    ':(exclude)x',
    ':!x',
    ':x',
    '!x',
    '#x',
  ],
  ...['caf\u00e9.txt', 'cafe\u0301.txt', '日本語', 'a\u202eb', '.gitkeep', 'HEAD', 'refs', 'x'.repeat(250)],
].map((name) => `names/${name}`);
const AFTER = 'title: Clean up\ndepends_on: [names, links, modes]\n';

it.concurrent('files of any name, link and mode land as they are, and go again', async (test) => {
  const world = await hostileWorld(test, {
    files: { 'lib/a.txt': 'a\n', 'lib/b.txt': 'b\n' },
    tasks: {
      names: {
        agent: [
          {
            write: Object.fromEntries(NAMES.map((name) => [name, 'x\n'])),
            run: 'touch "names/$(printf "latin\\351")"',
          },
        ],
      },
      links: {
        agent: [
          {
            run: [
              'ln -s /etc/passwd passwd; ln -s PROJECT/.git/config settings; ln -s STATE state; ln -s . loop; ln -s none dead',
              'rm -r lib; ln -s PROJECT/.. lib',
            ].join('\n'),
          },
        ],
      },
      modes: {
        agent: [
          { run: 'chmod +x src/one.txt; printf "a\\r\\nb\\r\\n" > crlf.txt; mv README.md readme.md; mkfifo pipe' },
        ],
      },
      z: { yaml: AFTER, agent: [{ run: 'rm -r names passwd settings state lib; mkdir lib; echo c > lib/c.txt' }] },
    },
    config: 'attempts: { max: 1, returns: 0 },',
  });
  const before = readdirSync(world.root);
  const first = await world.cli('start', '--once', '--task', 'names', '--task', 'links', '--task', 'modes');
  expect(first.stdout.trim().split('\n').sort(), first.stderr).toEqual([
    'landed\tlinks',
    'landed\tmodes',
    'landed\tnames',
  ]);
  expect(await world.landedPaths()).toEqual(expect.arrayContaining(NAMES));
  const raw = await world.git('-c', 'core.quotePath=true', 'ls-tree', '-r', '--name-only', 'main', 'names/');
  expect(raw).toContain('"names/latin\\351"');
  const { project } = world;
  expect(readlinkSync(join(project, 'passwd'))).toBe('/etc/passwd');
  expect(readlinkSync(join(project, 'lib'))).toBe(`${project}/..`);
  expect(await world.git('ls-tree', 'main', 'passwd', 'lib', 'loop')).toMatch(/^(120000 .*\n){3}$/);
  expect(lstatSync(join(project, 'src/one.txt')).mode & 0o111).toBe(0o111);
  expect(readFileSync(join(project, 'crlf.txt'), 'utf8')).toBe('a\r\nb\r\n');
  expect(readdirSync(project)).toEqual(expect.arrayContaining(['readme.md']));
  expect(readdirSync(project)).not.toContain('README.md');
  expect(await world.git('status', '--porcelain')).toBe('');

  const second = await world.cli('start', '--once');
  expect(second.stdout, second.stderr).toBe('landed\tz\n');
  expect(readdirSync(world.root)).toEqual(before);
  expect(readdirSync(join(project, 'lib'))).toEqual(['c.txt']);
  expect(readdirSync(project)).not.toContain('names');
  expect(await world.git('status', '--porcelain')).toBe('');
  for (const answer of [first, second, await world.cli('status')]) expectPlain(answer);
  await expectHarmless(world);
});
