import { type ContentStep, type Dialect, eventStream, type Json, jsonReply, limitHeaders } from './wire.ts';

/** The Messages API as the claude CLI uses it: streaming, and plain when a stream broke. */
export const anthropicMessages: Dialect = {
  api: 'anthropic',
  path: '/v1/messages',
  read(body) {
    const messages = body.get('messages').items;
    const asked = messages.flatMap((message, index) => (isPrompt(message) ? [index] : []));
    const sinceAsked = messages.slice((asked.at(-1) ?? 0) + 1);
    const prompts = asked.map((index) => textOf(messages[index]?.get('content')));
    const system = messages.filter((message) => message.get('role').text === 'system');
    return {
      model: body.get('model').text,
      instructions: [body.get('system'), ...system.map((message) => message.get('content'))].map(textOf).join('\n'),
      prompt: prompts.at(-1) ?? '',
      prompts,
      step: sinceAsked.filter((message) => hasBlock(message, 'tool_use')).length,
      toolOutput: sinceAsked
        .flatMap((message) => blocks(message, 'tool_result').map((b) => textOf(b.get('content'))))
        .at(-1),
    };
  },
  write(step, body, id) {
    const { block, start, delta } = contentBlock(step, body, id);
    const stop_reason = block.type === 'tool_use' ? 'tool_use' : 'end_turn';
    const usage = { input_tokens: 1000, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, output_tokens: 10 };
    const message = { id: `msg_${id}`, type: 'message', role: 'assistant', model: body.get('model').text };
    if (body.get('stream').value !== true) {
      return jsonReply(200, { ...message, content: [block], stop_reason, stop_sequence: null, usage });
    }
    const begun = { ...message, content: [], stop_reason: null, stop_sequence: null, usage };
    return eventStream([
      { type: 'message_start', message: begun },
      { type: 'content_block_start', index: 0, content_block: start },
      { type: 'content_block_delta', index: 0, delta },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 10 } },
      { type: 'message_stop' },
    ]);
  },
  fail(step) {
    const type = step.type ?? ERROR_TYPES[step.status] ?? 'api_error';
    const body = { type: 'error', error: { type, message: step.message ?? type } };
    const reset = step.resetsAt === undefined ? {} : { 'anthropic-ratelimit-unified-reset': String(step.resetsAt) };
    return jsonReply(step.status, body, { ...limitHeaders(step), ...reset });
  },
};

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

const blocks = (message: Json, type: string) =>
  message.get('content').items.filter((block) => block.get('type').text === type);
const hasBlock = (message: Json, type: string) => blocks(message, type).length > 0;
/** Tool results come as the user's messages too. */
const isPrompt = (message: Json) => message.get('role').text === 'user' && !hasBlock(message, 'tool_result');
const textOf = (content: Json | undefined): string =>
  content === undefined ? '' : content.text || content.items.map((block) => block.get('text').text).join('\n');

function contentBlock(step: ContentStep, body: Json, id: string) {
  const call = toolCall(step, body);
  if (call === undefined) {
    const text = step.do === 'answer' ? (step.text ?? JSON.stringify(step.output) ?? '') : '';
    return {
      block: { type: 'text', text },
      start: { type: 'text', text: '' },
      delta: { type: 'text_delta', text },
    };
  }
  const block = { type: 'tool_use', id: `toolu_${id}`, ...call };
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(call.input) };
  return { block, start: { ...block, input: {} }, delta };
}

function toolCall(step: ContentStep, body: Json): { name: string; input: unknown } | undefined {
  if (step.do === 'run') {
    return { name: 'Bash', input: { command: step.command, description: 'As planned', timeout: step.timeoutMs } };
  }
  if (step.do === 'write') return { name: 'Write', input: { file_path: step.path, content: step.content } };
  const structured = body.get('tools').items.some((tool) => tool.get('name').text === 'StructuredOutput');
  return structured && step.output !== undefined ? { name: 'StructuredOutput', input: step.output } : undefined;
}
