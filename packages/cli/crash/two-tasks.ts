import { makeTemplate, type Template } from './world.ts';

/** A backlog of two tasks, one after the other, of which the second was never committed. */
export function twoTasks(program: string): Template {
  return makeTemplate({
    program,
    tasks: {
      first: 'title: First\ntouch_paths: [src/first.txt]\n',
      second: 'title: Second\ndepends_on: [first]\ntouch_paths: [src/second.txt]\n',
    },
    uncommitted: ['second'],
  });
}
