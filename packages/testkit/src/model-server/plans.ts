import type { ModelPlan, ModelStep } from './model-turn.ts';

const DONE: ModelStep = { do: 'answer', text: 'Done.' };

/** Plays these steps after each prompt; then, or when there are none, it says that it is done. */
export function playSteps(...steps: readonly ModelStep[]): ModelPlan {
  return (turn) => steps[turn.step] ?? DONE;
}

/** Plays the first plan for a session's first prompt, the second for the second, and the last for all that follow. */
export function playPrompts(...plans: readonly ModelPlan[]): ModelPlan {
  return (turn) => (plans[turn.prompts.length - 1] ?? plans.at(-1) ?? playSteps())(turn);
}

/** Plays the plan whose marker, such as a task's id, is in what the user asked. An unknown prompt is refused loudly. */
export function playByMarker(plans: Readonly<Record<string, ModelPlan>>): ModelPlan {
  return (turn) => {
    const asked = turn.prompts.join('\n');
    const marker = Object.keys(plans).find((candidate) => asked.includes(candidate));
    const plan = marker === undefined ? undefined : plans[marker];
    return plan ? plan(turn) : { do: 'fail', status: 400, message: 'The plan of this test has no marker for this.' };
  };
}
