import { type ContentStep, type Dialect, eventStream, type Json, jsonReply, limitHeaders } from './wire.ts';

/** The Responses API as the codex CLI uses it: always streaming, the whole history in each request. */
export const openaiResponses: Dialect = {
  api: 'openai',
  path: '/responses',
  read(body) {
    const items = body.get('input').items;
    const asked = items.flatMap((item, index) => (isPrompt(item) ? [index] : []));
    const sinceAsked = items.slice((asked.at(-1) ?? 0) + 1);
    const prompts = asked.map((index) => contentText(items[index]));
    return {
      model: body.get('model').text,
      instructions: [body.get('instructions').text, ...items.filter(isInstruction).map(contentText)].join('\n'),
      prompt: prompts.at(-1) ?? '',
      prompts,
      step: sinceAsked.filter((item) => TOOL_CALL.test(item.get('type').text)).length,
      toolOutput: sinceAsked
        .filter((item) => TOOL_OUTPUT.test(item.get('type').text))
        .map(outputText)
        .at(-1),
    };
  },
  write(step, body, id) {
    const response = { id: `resp_${id}`, object: 'response', output: [] };
    const usage = { input_tokens: 1000, output_tokens: 10, total_tokens: 1010 };
    const item = outputItem(step, body, id);
    return eventStream([
      { type: 'response.created', response },
      { type: 'response.output_item.added', output_index: 0, item },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...response, usage } },
    ]);
  },
  fail(step) {
    const type = step.type ?? ERROR_TYPES[step.status] ?? 'server_error';
    const error = { type, code: type, message: step.message ?? type, resets_at: step.resetsAt };
    return jsonReply(step.status, { error }, limitHeaders(step));
  },
};

const ERROR_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'invalid_api_key',
  429: 'rate_limit_exceeded',
};
const TOOL_CALL = /^(function|custom_tool|local_shell)_call$/;
const TOOL_OUTPUT = /_call_output$/;
/** codex itself speaks as the user to tell where it runs and what AGENTS.md says. */
const NOT_ASKED = /^\s*(<environment_context>|<user_instructions>|# AGENTS\.md)/;

const isPrompt = (item: Json) => item.get('role').text === 'user' && !NOT_ASKED.test(contentText(item));
const isInstruction = (item: Json) => /^(developer|system)$/.test(item.get('role').text);
const contentText = (item: Json | undefined) =>
  (item?.get('content').items ?? []).map((part) => part.get('text').text).join('');
const outputText = (item: Json) =>
  item.get('output').text ||
  item
    .get('output')
    .items.map((part) => part.get('text').text)
    .join('');

function outputItem(step: ContentStep, body: Json, id: string) {
  if (step.do === 'answer') {
    const text = step.output === undefined ? (step.text ?? '') : JSON.stringify(step.output);
    const content = [{ type: 'output_text', text, annotations: [] }];
    return { type: 'message', id: `msg_${id}`, role: 'assistant', status: 'completed', content };
  }
  const call = { id: `call_item_${id}`, call_id: `call_${id}`, status: 'completed' };
  if (offersCodeMode(body)) return { ...call, type: 'custom_tool_call', name: 'exec', input: javascript(step) };
  if (step.do === 'write' && offersPatch(body)) {
    return { ...call, type: 'custom_tool_call', name: 'apply_patch', input: addFilePatch(step) };
  }
  return { ...call, type: 'function_call', name: 'exec_command', arguments: JSON.stringify(shellArguments(step)) };
}

const offersPatch = (body: Json) => body.get('tools').items.some((tool) => tool.get('name').text === 'apply_patch');
/** Newer models get no list of tools but one that runs JavaScript, in which the tools are functions. */
const offersCodeMode = (body: Json) => body.get('input').items[0]?.get('type').text === 'additional_tools';

type Call = Exclude<ContentStep, { do: 'answer' }>;

function javascript(step: Call): string {
  if (step.do === 'write') return `text(await tools.apply_patch(${JSON.stringify(addFilePatch(step))}));`;
  return `text(JSON.stringify(await tools.exec_command(${JSON.stringify(shellArguments(step))})));`;
}

function shellArguments(step: Call) {
  if (step.do === 'run') return { cmd: step.command, yield_time_ms: step.timeoutMs ?? 600_000 };
  const encoded = Buffer.from(step.content).toString('base64');
  return { cmd: `mkdir -p "$(dirname '${step.path}')" && printf %s ${encoded} | base64 -d > '${step.path}'` };
}

function addFilePatch({ path, content }: Extract<Call, { do: 'write' }>): string {
  const lines = content.replace(/\n$/, '').split('\n');
  return ['*** Begin Patch', `*** Add File: ${path}`, ...lines.map((line) => `+${line}`), '*** End Patch', ''].join(
    '\n',
  );
}
