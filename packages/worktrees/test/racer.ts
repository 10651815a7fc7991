import type { CommitId, Fence, TaskId, TreeId } from '@backlog-runner/contracts';
import { gitLanding, openRepository } from '../src/index.ts';

/** Lands one attempt, made on `base`, against all others that do the same. Prints the statuses it saw. */
const [directory = '', name = '', number = '', attempt = '', base = ''] = process.argv.slice(2);
const repository = await openRepository({ directory, environment: process.env });
const landing = await gitLanding({ repository });
const task = name as TaskId;
const fence = Number(number) as Fence;
await landing.claim(task, fence);
const seen: string[] = [];
while (seen.at(-1) !== 'landed' && seen.length < 200) {
  const onto = await landing.head();
  const merged = await landing.merge({ attempt: attempt as CommitId, base: base as CommitId, onto });
  const message = { subject: `Land ${name}`, body: '', trailers: [['Backlog-Task', name]] } as const;
  const result = await landing.land({ task, fence, tree: merged.tree as TreeId, onto, files: [], message });
  seen.push(result.status);
  if (result.status === 'fenced') break;
}
console.log(JSON.stringify(seen));
