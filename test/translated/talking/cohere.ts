// Cohere as a partner in a conversation: it plans before it calls.
import { type Heard, heardCall } from './script.ts';
import { json, type Loose, sse, type Talker, textIn } from './talker.ts';

export const cohere: Talker = {
  name: 'cohere',
  heard,
  streams: ({ body }) => body.stream === true,
  missing(body, memory) {
    const came = body.messages.flatMap((message: Loose) => message.tool_calls ?? []).map(({ id }: Loose) => id);
    return [...memory.keys()].filter((id) => !came.includes(id)).map((id) => `the call ${id} did not come back`);
  },
  answer(turn, { stream, memory, newId }) {
    const calls = turn.calls.map((call) => ({
      ...{ id: `${call.name}_${newId()}`, type: 'function' },
      function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    }));
    for (const { id } of calls) memory.set(id, '');
    const finish_reason = calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE';
    const counts = { input_tokens: 20, output_tokens: 10 };
    const usage = { billed_units: counts, tokens: counts };
    const plan = calls.length > 0 ? { tool_plan: turn.thought, tool_calls: calls } : {};
    const content = turn.text ? [{ type: 'text', text: turn.text }] : [];
    if (!stream) return json({ id: 'c1', finish_reason, message: { role: 'assistant', ...plan, content }, usage });
    const events = [
      { type: 'message-start', id: 'c1', delta: { message: { role: 'assistant', content: [], tool_calls: [] } } },
      ...(plan.tool_plan ? [{ type: 'tool-plan-delta', delta: { message: { tool_plan: plan.tool_plan } } }] : []),
      ...textEvents(turn.text),
      ...calls.flatMap(callEvents),
      { type: 'message-end', delta: { finish_reason, usage } },
    ];
    return sse([
      ...events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
      'data: [DONE]\n\n',
    ]);
  },
};

function textEvents(text: string): Loose[] {
  if (text === '') return [];
  const content = (value: string) => ({ message: { content: { type: 'text', text: value } } });
  return [
    { type: 'content-start', index: 0, delta: content('') },
    { type: 'content-delta', index: 0, delta: { message: { content: { text } } } },
    { type: 'content-end', index: 0 },
  ];
}

function callEvents(call: Loose, index: number): Loose[] {
  const start = { ...call, function: { ...call.function, arguments: '' } };
  const delta = (tool_calls: Loose) => ({ message: { tool_calls } });
  return [
    { type: 'tool-call-start', index, delta: delta(start) },
    { type: 'tool-call-delta', index, delta: delta({ function: { arguments: call.function.arguments } }) },
    { type: 'tool-call-end', index },
  ];
}

function heard({ messages }: Loose): Heard {
  const results = new Map<string, string>();
  for (const message of messages)
    if (message.role === 'tool') results.set(message.tool_call_id, resultIn(message.content));
  const assistant = messages.filter(({ role }: Loose) => role === 'assistant');
  return {
    calls: assistant
      .flatMap((message: Loose) => message.tool_calls ?? [])
      .map((call: Loose) => heardCall(call.function.name, JSON.parse(call.function.arguments), results.get(call.id))),
    texts: assistant.map(({ content }: Loose) => textIn(content)).filter(Boolean),
    questions: messages.filter(({ role }: Loose) => role === 'user').map(({ content }: Loose) => textIn(content)),
  };
}

/** Text, or documents with the text as their data. */
const resultIn = (content: Loose): string =>
  typeof content === 'string'
    ? content
    : content.map((part: Loose) => part.text ?? part.document?.data?.text ?? JSON.stringify(part)).join('');
