import type { Task } from '@backlog-runner/contracts';
import type { Background } from './background.ts';
import { instructionsFor } from './instructions.ts';
import type { PromptSource } from './parts.ts';
import { type PromptInput, taskPrompt } from './prompt.ts';

/** What the prompt of a task is made from, where a working copy shows the project's own words. */
export async function promptInput(
  task: Task,
  background: Background,
  { prompts, directory }: { readonly prompts: Pick<PromptSource, 'patterns'>; readonly directory: string },
): Promise<PromptInput> {
  return { task, ...background, patterns: await prompts.patterns(directory) };
}

/** What an agent is told and asked when it begins a task. */
export async function taskQuestion(
  task: Task,
  background: Background,
  { prompts, directory }: { readonly prompts: PromptSource; readonly directory: string },
): Promise<{ readonly instructions: string; readonly prompt: string }> {
  return {
    instructions: instructionsFor(task, await prompts.instructions(directory)),
    prompt: taskPrompt(await promptInput(task, background, { prompts, directory })),
  };
}
