import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Inquiry, Question } from '@backlog-runner/contracts';
import type { OpenRecords } from '../records/open-records.ts';

/**
 * The question that a look at the repository begins with; undefined when it asks nobody. It is shown the committed
 * versions of these files and nothing else, and its question is not answered.
 */
export async function recordQuestion(
  { landing, git }: Pick<OpenRecords, 'landing' | 'git'>,
  paths: readonly string[],
  look: (inquiry: Inquiry) => Promise<unknown>,
): Promise<Question | undefined> {
  const tree = await landing.treeOf(await landing.head());
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'backlog-runner-prompt-')));
  try {
    for (const path of paths) {
      const text = await (await git.fileIn(tree, path))?.text();
      if (text === undefined) continue;
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
    let asked: Question | undefined;
    await look({
      directory,
      environment: {},
      signal: new AbortController().signal,
      async ask(question) {
        asked ??= question;
        return { status: 'aborted' };
      },
    });
    return asked;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
