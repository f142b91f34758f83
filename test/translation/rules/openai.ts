// What OpenAI's /chat/completions accepts, strictly: its reference, and the errors its users report.
// https://platform.openai.com/docs/api-reference/chat/create
import { type Json, type Outgoing, objects, strangers, turnProblems } from './chat-turns.ts';

const fields = (
  'model messages stream stream_options tools tool_choice parallel_tool_calls response_format max_tokens ' +
  'max_completion_tokens temperature top_p seed presence_penalty frequency_penalty stop n logprobs top_logprobs logit_bias ' +
  'reasoning_effort user safety_identifier metadata prompt_cache_key service_tier store'
).split(' ');

const messageFields: Record<string, string[]> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'refusal', 'name', 'tool_calls', 'audio'],
  tool: ['role', 'content', 'tool_call_id'],
};

const identifier = /^[a-zA-Z0-9_-]{1,64}$/;

export function problemsOf({ path, body }: Outgoing): string[] {
  const request = body as Json;
  const problems = strangers(request, fields, 'the body');
  const require = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  require(path.endsWith('/chat/completions'), `${path} is not the chat's`);
  require(typeof request.model === 'string' && request.model !== '', 'there is no model');
  const messages = objects(request.messages);
  require(messages.length > 0, 'there are no messages');
  problems.push(...turnProblems(messages), ...messages.flatMap(messageProblems), ...toolProblems(request));
  require(request.stream === true || request.stream_options === undefined, 'stream_options without a stream');
  require(request.logprobs === true || request.top_logprobs === undefined, 'top_logprobs without logprobs');
  require(request.metadata === undefined || request.store === true, 'metadata of an answer that is not stored');
  const stop = request.stop ?? ['-'];
  require(typeof stop === 'string' ||
    (objectsOrTexts(stop) > 0 && objectsOrTexts(stop) <= 4), 'stop is not 1 to 4 texts');
  const newer = /^(o\d|gpt-[5-9])/.test(String(request.model));
  const thinks = newer && !String(request.model).includes('-chat');
  require(!newer || request.max_tokens === undefined, 'max_tokens is not supported with this model');
  if (thinks) problems.push(...thinkingProblems(request));
  else require(request.reasoning_effort === undefined, 'this model does not think');
  return problems;
}

const objectsOrTexts = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

function messageProblems(message: Json): string[] {
  const known = messageFields[String(message.role)];
  if (known === undefined) return [`there is no role ${message.role}`];
  const problems = strangers(message, known, String(message.role));
  if (message.name !== undefined && !identifier.test(String(message.name))) problems.push('a name is malformed');
  const { content } = message;
  const calls = objects(message.tool_calls);
  if (message.tool_calls !== undefined && calls.length === 0) problems.push('tool_calls is empty');
  if (content === null || content === undefined) {
    const speaks = message.role === 'assistant' && (calls.length > 0 || typeof message.refusal === 'string');
    return speaks ? problems : [...problems, `${message.role} says nothing`];
  }
  if (typeof content === 'string') return problems;
  if (objects(content).length === 0) problems.push('content is an empty list');
  return [...problems, ...objects(content).flatMap((part) => partProblems(part, String(message.role)))];
}

function partProblems(part: Json, role: string): string[] {
  if (part.type === 'text') return strangers(part, ['type', 'text'], 'a text');
  if (part.type === 'refusal' && role === 'assistant') return [];
  if (role !== 'user') return [`${role} has a part of type ${part.type}`];
  const inner = (part[String(part.type)] ?? {}) as Json;
  const own = strangers(part, ['type', String(part.type)], 'a part');
  if (part.type === 'image_url') {
    const url = String(inner.url);
    return /^(https?:|data:image\/[a-z]+;base64,)/.test(url) ? own : [...own, `an image is at ${url.slice(0, 30)}`];
  }
  if (part.type === 'input_audio') {
    return ['wav', 'mp3'].includes(String(inner.format)) ? own : [...own, `sound is in ${inner.format}`];
  }
  if (part.type !== 'file') return [`there is no part ${part.type}`];
  const kept = typeof inner.file_id === 'string';
  const given = typeof inner.filename === 'string' && String(inner.file_data).startsWith('data:');
  return kept || given ? own : [...own, 'a file has neither id nor name and bytes'];
}

function toolProblems(request: Json): string[] {
  const problems: string[] = [];
  const tools = objects(request.tools).map((tool) => tool.function as Json);
  if (request.tools !== undefined && tools.length === 0) problems.push('tools is empty');
  for (const field of ['tool_choice', 'parallel_tool_calls']) {
    if (request[field] !== undefined && tools.length === 0) problems.push(`${field} is only allowed with tools`);
  }
  const names = tools.map((tool) => String(tool.name));
  if (!names.every((name) => identifier.test(name))) problems.push('a tool has a malformed name');
  const choice = request.tool_choice;
  if (typeof choice === 'string' && !['auto', 'none', 'required'].includes(choice))
    problems.push(`tool_choice ${choice}`);
  if (typeof choice === 'object' && choice !== null) {
    const named = String(((choice as Json).function as Json).name);
    if (!names.includes(named)) problems.push(`tool_choice names ${named}, which is no tool`);
  }
  const schema = ((request.response_format ?? {}) as Json).json_schema as Json | undefined;
  if (schema !== undefined && !identifier.test(String(schema.name))) problems.push('the answer format has no name');
  return problems;
}

function thinkingProblems(request: Json): string[] {
  if (request.reasoning_effort === 'none') return [];
  const refused = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logprobs', 'stop', 'logit_bias'];
  return refused
    .filter((name) => request[name] !== undefined)
    .map((name) => `${name} is not supported with this model`);
}
