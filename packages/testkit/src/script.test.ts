import { type AgentOrigin, isBacklogError, type RunId, type TaskId } from '@backlog-runner/contracts';
import { describe, expect, it } from 'vitest';
import { checkScript } from './check-script.ts';
import { chooseTurn, type Script } from './script.ts';

const origin = (task: string | undefined, tryNumber = 1, turn = 1): AgentOrigin => ({
  run: 'run' as RunId,
  role: 'code',
  ...(task === undefined ? {} : { task: task as TaskId }),
  tryNumber,
  turn,
});
const say = (text: string) => ({ say: text });

describe('the turn that is played', () => {
  const script: Script = {
    tasks: {
      turns: [say('turn 1'), [say('turn 2, step 1'), say('turn 2, step 2')]],
      'later-*': [say('later')],
      tries: { tries: [[say('try 1')], [say('try 2, turn 1'), say('try 2, turn 2')]] },
    },
    roles: { planner: [say('plan')], discovery: { tries: [[say('first look')], [say('later looks')]] } },
    default: [say('default')],
  };
  it.each([
    ['the first', origin('turns'), [say('turn 1')]],
    ['a list of steps', origin('turns', 1, 2), [say('turn 2, step 1'), say('turn 2, step 2')]],
    ['the last again, when there are more', origin('turns', 1, 9), [say('turn 2, step 1'), say('turn 2, step 2')]],
    ['from the start, at the next try', origin('turns', 2, 1), [say('turn 1')]],
    ['of its try', origin('tries', 1, 1), [say('try 1')]],
    ['of its try and turn', origin('tries', 2, 2), [say('try 2, turn 2')]],
    ['of the last try again', origin('tries', 7, 1), [say('try 2, turn 1')]],
    ['the one for ids that begin so', origin('later-x4f2'), [say('later')]],
    ['the default for another task', origin('other'), [say('default')]],
    ['the default for a task named like a property of objects', origin('constructor'), [say('default')]],
    ['the default for no task', origin(undefined), [say('default')]],
    ['the one of the planner', { ...origin(undefined), role: 'planner' as const }, [say('plan')]],
    ['the next one of a pass', { ...origin(undefined, 2), role: 'discovery' as const }, [say('later looks')]],
  ])('is %s', (_title, asked, steps) => {
    expect(chooseTurn(script, asked)).toEqual(steps);
  });

  it('is none for a task the script does not name', () => {
    expect(chooseTurn({ tasks: script.tasks ?? {} }, origin('other'))).toBeUndefined();
  });
});

describe('a script', () => {
  it.each<[string, unknown]>([
    ['tasks.greet[0] has the unknown part "wirte"', { tasks: { greet: [{ wirte: {} }] } }],
    ['tasks.greet.tries[0][1] has the unknown part "x"', { tasks: { greet: { tries: [[{}, [{}, { x: 1 }]]] } } }],
    ['tasks.greet must be a list of at least one turn', { tasks: { greet: [] } }],
    ['tasks.greet must be a list of turns or { tries: [turns, …] }', { tasks: { greet: { write: {} } } }],
    ['default[0] must be a step or a list of steps', { default: ['say hello'] }],
  ])('is refused when %s', (problem, script) => {
    const check = () => checkScript(script as Script);
    expect(check).toThrow(problem);
    expect(check).toThrow(expect.toSatisfy((error: unknown) => isBacklogError(error, 'CONFIG_INVALID')));
  });

  it('may use every part', () => {
    checkScript({
      id: 'x',
      tasks: {
        greet: [{ once: true, delayMs: 1, write: {}, append: {}, remove: [], escape: {}, commit: '', daemon: true }],
      },
      default: {
        tries: [[[{ say: '', usage: {}, answer: {} }, { rawAnswer: 1 }], { hang: true }, { crash: { exitCode: 1 } }]],
      },
    });
  });
});
