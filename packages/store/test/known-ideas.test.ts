import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileStore } from '../src/index.ts';
import { candidate } from './candidate.ts';
import { emptyProject, type Project } from './project.ts';

const IDEAS = '.backlog-runner/ideas';

/** Another process, as far as memory goes. */
const addIn = (project: Project, title: string) => fileStore(project).add(candidate(title));

describe('what the next process knows about ideas', () => {
  it('lets it find the twin of any task without looking at all of them', async () => {
    const project = emptyProject();
    project.write('backlog/tasks/by-hand.yaml', 'title: By hand\n');
    await addIn(project, 'First');
    await addIn(project, 'Second');
    rmSync(join(project.directory, '.backlog-runner/writes'), { recursive: true });
    for (const title of ['by HAND', 'first', 'second']) {
      expect(await addIn(project, title)).toMatchObject({ status: 'duplicate' });
    }
    expect(project.read(IDEAS).match(/^idea /gm)).toHaveLength(3);
  });

  it.each([
    ['missing', (project: Project) => rmSync(join(project.directory, IDEAS))],
    ['cut off', (project: Project) => project.write(IDEAS, project.read(IDEAS).slice(0, -20))],
    ['empty', (project: Project) => project.write(IDEAS, '')],
    ['nonsense', (project: Project) => project.write(IDEAS, '\0'.repeat(500))],
  ])('costs nothing but time when it is %s', async (_, damage) => {
    const project = emptyProject();
    project.write('backlog/tasks/by-hand.yaml', 'title: By hand\n');
    await addIn(project, 'First');
    damage(project);
    rmSync(join(project.directory, '.backlog-runner/writes'), { recursive: true });
    expect(await addIn(project, 'By hand')).toMatchObject({ status: 'duplicate' });
    expect(await addIn(project, 'First')).toMatchObject({ status: 'duplicate' });
    expect(await addIn(project, 'Second')).toMatchObject({ status: 'added' });
    expect(readdirSync(join(project.directory, 'backlog/tasks'))).toHaveLength(3);
  });

  it('is not written by stores that leave no index', async () => {
    const project = emptyProject();
    await fileStore({ ...project, index: 'none' }).add(candidate('First'));
    expect(project.names('.backlog-runner')).toEqual(['writes']);
  });
});
