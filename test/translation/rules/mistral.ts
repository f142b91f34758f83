// What Mistral accepts: https://docs.mistral.ai/api, where unknown fields are "Extra inputs are not permitted" (422), and
// the order of roles that its own tokenizer library checks.
import { type Json, type Outgoing, objects, strangers, turnProblems } from './chat-turns.ts';

const fields = (
  'model messages stream tools tool_choice parallel_tool_calls response_format max_tokens temperature top_p random_seed ' +
  'presence_penalty frequency_penalty stop n metadata prediction prompt_mode reasoning_effort safe_prompt'
).split(' ');

const messageFields: Record<string, string[]> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_calls', 'prefix'],
  tool: ['role', 'content', 'tool_call_id', 'name'],
};

/** Who may speak after whom. */
const order: Record<string, string[]> = {
  system: ['system', 'user', 'assistant'],
  user: ['system', 'user', 'assistant'],
  assistant: ['user', 'assistant', 'tool'],
  tool: ['assistant', 'tool'],
};

export function problemsOf({ path, body }: Outgoing): string[] {
  const request = body as Json;
  const messages = objects(request.messages);
  const problems = [...strangers(request, fields, 'the body'), ...turnProblems(messages), ...orderProblems(messages)];
  if (!path.endsWith('/chat/completions')) problems.push(`${path} is not the chat's`);
  const choice = request.tool_choice;
  if (typeof choice === 'string' && !['auto', 'none', 'any'].includes(choice)) problems.push(`tool_choice ${choice}`);
  for (const message of messages) problems.push(...messageProblems(message));
  return problems;
}

function orderProblems(messages: Json[]): string[] {
  const roles = messages.map((message) => String(message.role));
  const problems = roles.flatMap((role, index) => {
    const before = roles[index - 1];
    return before === undefined || order[before]?.includes(role) ? [] : [`${role} after ${before}`];
  });
  const last = roles.at(-1) ?? 'nobody';
  return ['user', 'tool'].includes(last) ? problems : [...problems, `${last} has the last word`];
}

function messageProblems(message: Json): string[] {
  const known = messageFields[String(message.role)];
  if (known === undefined) return [`there is no role ${message.role}`];
  const calls = objects(message.tool_calls);
  const ids = [...calls.map((call) => call.id), ...(message.role === 'tool' ? [message.tool_call_id] : [])];
  const parts = Array.isArray(message.content) ? objects(message.content) : [];
  const spoken = ['text', 'image_url', 'input_audio', 'document_url', 'thinking'];
  const empty = message.content === null || message.content === '' || message.content === undefined;
  return [
    ...strangers(message, known, String(message.role)),
    ...ids.filter((id) => !/^[a-zA-Z0-9]{9}$/.test(String(id))).map((id) => `tool call id was ${id}`),
    ...parts.filter((part) => !spoken.includes(String(part.type))).map((part) => `a part of type ${part.type}`),
    ...parts.flatMap((part) => strangers(part, ['type', String(part.type)], 'a part')),
    ...(message.role === 'assistant' && empty === (calls.length === 0) && calls.length === 0
      ? ['assistant says nothing']
      : []),
  ];
}
