import type { AttemptId, CommitMessage, Task } from '@backlog-runner/contracts';
import type { AgentChoice } from './policy.ts';

/** The message of the commit that lands a task. Trailers stand apart from the texts, which nobody vouches for. */
export function commitMessage(task: Task, attempt: AttemptId, agent: AgentChoice, summary: string): CommitMessage {
  return {
    subject: task.title,
    body: summary,
    trailers: [
      ['Backlog-Task', task.id],
      ['Backlog-Attempt', attempt],
      ['Backlog-Agent', describeAgent(agent)],
    ],
  };
}

export function describeAgent({ provider, model }: AgentChoice): string {
  return model ? `${provider} ${model}` : provider;
}
