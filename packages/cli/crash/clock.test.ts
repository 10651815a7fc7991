import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { verdictOn } from './verdict.ts';
import { copyOf, makeTemplate, removeTemplate, usersView } from './world.ts';

const DAY = 24 * 3_600_000;
const names = ['t1', 't2', 't3', 't4'];

const jumps: readonly (readonly [string, readonly number[]])[] = [
  ['on by a day', [DAY]],
  ['back by a day', [-DAY]],
  ['on and back, again and again', [DAY, 0, -DAY, DAY]],
];

test.concurrent.each(jumps)('while the clock jumps %s two runners land everything once', async (_what, offsets) => {
  const tasks = Object.fromEntries(names.map((name) => [name, `title: ${name}\ntouch_paths: [src/${name}.txt]\n`]));
  const template = makeTemplate({ program: inject('program'), tasks });
  const world = copyOf(template);
  removeTemplate(template);
  const users = usersView(world);
  const clock = join(world.root, 'clock');
  const options = { agent: 'shell', thinkMs: 400, leaseTtlMs: 2000, maxTries: 100, clock } as const;
  const runners = [world.start(options), world.start(options)];
  for (const offset of offsets) {
    await pause(700);
    writeFileSync(`${clock}.new`, String(offset));
    renameSync(`${clock}.new`, clock);
  }
  for (const { ended } of runners) {
    const { code, stderr } = await ended;
    expect(code, `${stderr} in ${world.root}`).toBe(0);
  }
  const last = await world.start({ ...options, verify: true }).ended;
  expect({ code: last.code, verified: last.answer?.verified }, `${last.stderr} in ${world.root}`).toEqual({
    code: 0,
    verified: [],
  });
  const { broken } = await verdictOn(world);
  expect(broken, world.root).toEqual([]);
  expect(usersView(world)).toBe(users);
  world.remove();
});
