import { Buffer } from 'node:buffer';
import fs from 'node:fs';
import { join } from 'node:path';
import type { CommitId, System, TreeId } from '@backlog-runner/contracts';
import { changesBetween } from './changes-between.ts';
import { treeOfIndex, writePlanned } from './index-tree.ts';
import { type ObjectType, readLooseObject, writeLooseObject } from './loose-object.ts';
import type { Objects, TreeEntry } from './objects.ts';
import { readdir, stat } from './small-files.ts';
import { DIRECTORY_MODE, findEntry, parseTree, serializeTree, withEntry } from './tree-edit.ts';

/** Whether objects of this repository are what this file takes them for, judged by its config. */
export function canReadInProcess(config: ReadonlyMap<string, string>): boolean {
  const format = config.get('extensions.objectformat') ?? 'sha1';
  return format === 'sha1' && !config.has('core.sharedrepository') && !config.has('extensions.partialclone');
}

/** isomorphic-git holds whole packs in memory, and the more memory a process has, the longer it takes to start another. */
const MOST_PACK_BYTES = 32 * 1024 * 1024;

async function packBytes(objectsDirectory: string): Promise<number> {
  const directory = join(objectsDirectory, 'pack');
  const names = await readdir(directory).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(directory, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

export interface InProcessObjectsOptions {
  readonly commonDir: string;
  readonly system: System;
  /** Answers what this process cannot, such as an object in an alternate. */
  readonly fallback: Objects;
}

/** Objects without a child process, where that works. */
export function inProcessObjects({ commonDir, system, fallback }: InProcessObjectsOptions): Objects {
  const directory = join(commonDir, 'objects');
  const cache = {};
  let arePacksSmall: Promise<boolean> | undefined;

  const read = async (id: string): Promise<{ type: string; bytes: Buffer }> => {
    const loose = readLooseObject(directory, id);
    if (loose) return loose;
    arePacksSmall ??= packBytes(directory).then((bytes) => bytes <= MOST_PACK_BYTES);
    if (!(await arePacksSmall)) throw new Error('The packs are too large to read here.');
    const git = await import('isomorphic-git');
    const { type, object } = await git.readObject({ fs, gitdir: commonDir, oid: id, format: 'content', cache });
    return { type, bytes: Buffer.from(object as Uint8Array) };
  };
  const write = async (type: ObjectType, content: Buffer) => writeLooseObject(directory, type, content, system);
  const treeAt = async (id: string) => parseTree((await read(id)).bytes);

  const put = async (
    tree: string | undefined,
    parts: readonly string[],
    file: TreeEntry,
  ): Promise<string | undefined> => {
    const [name, ...below] = parts;
    if (name === undefined) return undefined;
    const entries = tree === undefined ? [] : await treeAt(tree);
    const present = findEntry(entries, name);
    if (below.length === 0) {
      if (present?.mode === DIRECTORY_MODE) return undefined;
      return write('tree', serializeTree(withEntry(entries, { ...file, name: Buffer.from(name) })));
    }
    if (present && present.mode !== DIRECTORY_MODE) return undefined;
    const id = await put(present?.id, below, file);
    if (id === undefined) return undefined;
    return write('tree', serializeTree(withEntry(entries, { mode: DIRECTORY_MODE, name: Buffer.from(name), id })));
  };

  const orElse = <Result>(inProcess: Promise<Result>, byGit: () => Promise<Result>): Promise<Result> =>
    inProcess.catch(byGit);

  return {
    treeOf: (id) =>
      orElse(
        read(id).then(({ type, bytes }) => {
          if (type === 'tree') return id as TreeId;
          return headerOf(bytes, 'tree') as TreeId;
        }),
        () => fallback.treeOf(id),
      ),
    isCommit: (id) =>
      orElse(
        read(id).then(({ type }) => type === 'commit'),
        () => fallback.isCommit(id),
      ),
    entryAt: (tree, path) =>
      orElse(
        (async () => {
          let at: TreeEntry = { mode: DIRECTORY_MODE, id: tree };
          for (const name of path.split('/')) {
            const found = at.mode === DIRECTORY_MODE ? findEntry(await treeAt(at.id), name) : undefined;
            if (!found) return undefined;
            at = found;
          }
          return { mode: at.mode.padStart(6, '0'), id: at.id };
        })(),
        () => fallback.entryAt(tree, path),
      ),
    changes: (from, to) => orElse(changesBetween(treeAt, from, to), () => fallback.changes(from, to)),
    blobText: (id) =>
      orElse(
        read(id).then(({ bytes }) => bytes.toString('utf8')),
        () => fallback.blobText(id),
      ),
    writeBlob: (text) => write('blob', Buffer.from(text)),
    writeCommit: async (text) => (await write('commit', Buffer.from(text))) as CommitId,
    treeOfIndex: (entries, like) =>
      orElse(
        (async () => {
          const tree = treeOfIndex(entries);
          if (tree) await writePlanned({ read: treeAt, write: (content) => write('tree', content) }, tree, like);
          return tree?.id as TreeId | undefined;
        })(),
        async () => undefined,
      ),
    withFile: (tree, path, file) =>
      orElse(put(tree, path.split('/'), file) as Promise<TreeId | undefined>, () =>
        fallback.withFile(tree, path, file),
      ),
  };
}

function headerOf(commit: Buffer, name: string): string {
  const line = commit.toString('latin1', 0, commit.indexOf('\n'));
  if (!line.startsWith(`${name} `)) throw new Error(`A commit without a ${name}.`);
  return line.slice(name.length + 1);
}
