import type { AgentOutcome, Inquiry, Question } from '@backlog-runner/contracts';

export interface InquiryFixture extends Inquiry {
  /** What was asked, in order. */
  readonly questions: readonly Question[];
}

/** A look at a directory in which every question gets this answer. */
export function inquiryFixture(
  answer: AgentOutcome | { readonly output: unknown },
  {
    directory = '/nowhere',
    signal = new AbortController().signal,
  }: Partial<Pick<Inquiry, 'directory' | 'signal'>> = {},
): InquiryFixture {
  const questions: Question[] = [];
  return {
    directory,
    environment: {},
    signal,
    questions,
    async ask(question) {
      questions.push(question);
      return 'status' in answer ? answer : { status: 'completed', text: '', output: answer.output };
    },
  };
}
