import type { AgentRequest } from '@backlog-runner/contracts';
import { requestFixture } from '@backlog-runner/testkit';
import { describe, expect, it } from 'vitest';
import { outputIn, promptBlocks } from './prompt.ts';

describe('the JSON value in a final message', () => {
  it.each([
    ['the whole message', '{"a":1}', { a: 1 }],
    ['between words', 'Here it is: {"a":{"b":2}} Bye.', { a: { b: 2 } }],
    ['in a fenced block', 'Done.\n```json\n{"a":1}\n```\nBye.', { a: 1 }],
    ['in the last of two fenced blocks', '```\n{"a":1}\n```\n```\n{"a":2}\n```', { a: 2 }],
    ['in a block whose text holds braces', '{ no }\n```json\n{"a":"}"}\n```', { a: '}' }],
    ['nowhere', 'I am done.', undefined],
    ['torn', '{"a":', undefined],
  ])('is found when it is %s', (_, message, output) => {
    expect(outputIn(message)).toEqual(output);
  });
});

describe('a prompt', () => {
  const blocksOf = (changes: Partial<AgentRequest>) =>
    promptBlocks({ ...requestFixture({ directory: '/work' }), prompt: 'Greet.', ...changes }).map((block) =>
      'text' in block ? block.text : '',
    );

  it('is alone when there is nothing else to say', () => {
    expect(blocksOf({})).toEqual(['Greet.']);
  });

  it('stands between the instructions and the form of the answer', () => {
    const blocks = blocksOf({ instructions: 'Be kind.', outputSchema: { type: 'string' } });
    expect(blocks[0]).toMatch(/^Standing instructions.*\n\nBe kind\.$/s);
    expect(blocks[1]).toBe('Greet.');
    expect(blocks[2]).toContain('{"type":"string"}');
  });
});
