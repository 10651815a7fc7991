import { openRunner } from 'backlog-runner';

/** Works off the backlog of a project until nothing can move, or the signal says stop. */
export async function workOff(directory, signal) {
  const runner = await openRunner({
    directory,
    policy: { once: true, workers: 2 },
    parts: {
      narrate: ({ type, task, attempt }) => console.log(type, task ?? attempt ?? ''),
      publish: async (report) => console.log(report),
    },
  });
  return runner.work({ drain: signal });
}
