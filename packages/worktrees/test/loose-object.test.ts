import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { system } from '@backlog-runner/contracts';
import { expect, it, onTestFinished } from 'vitest';
import { readLooseObject, writeLooseObject } from '../src/loose-object.ts';

const content = Buffer.from('hello\n');

function objectsDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'backlog-runner-objects-')));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

it('an object is read as it was written', () => {
  const directory = objectsDirectory();
  const name = writeLooseObject(directory, 'blob', content, system);
  expect(readLooseObject(directory, name)).toEqual({ type: 'blob', bytes: content });
});

it('an object that the disk does not take is a failure of the storage, which is said, and no bug', () => {
  const directory = objectsDirectory();
  const elsewhere = { ...system, token: () => 'gone/x' };
  expect(() => writeLooseObject(directory, 'blob', content, elsewhere)).toThrow(
    expect.objectContaining({ code: 'STORAGE_FAILED', message: expect.stringContaining(directory) }),
  );
});
