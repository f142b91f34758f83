// OpenAI, Mistral and DeepSeek as partners in a conversation: one format, three sets of demands.
import { type Heard, heardCall, type ScriptedTurn } from './script.ts';
import { json, type Loose, type Memory, sse, type Talker, textIn } from './talker.ts';

interface Manner {
  newCallId(id: string): string;
  /** The thoughts go out in reasoning_content, and have to come back in it beside the calls they led to. */
  thinksAloud: boolean;
  /** A call comes in one piece and has no type, as Mistral's own models write it. */
  wholeCalls: boolean;
}

const manners: Record<string, Manner> = {
  openai: { newCallId: (id) => `call_${id}openai`, thinksAloud: false, wholeCalls: false },
  mistral: { newCallId: (id) => id.padEnd(9, 'm').slice(0, 9), thinksAloud: false, wholeCalls: true },
  deepseek: { newCallId: (id) => `call_00_${id}deepseek`, thinksAloud: true, wholeCalls: false },
};

export function openAiLike(name: keyof typeof manners & string): Talker {
  const manner = manners[name] as Manner;
  return {
    name,
    heard,
    streams: ({ body }) => body.stream === true,
    missing: (body, memory) => missing(body, memory),
    answer(turn, { stream, memory, newId }) {
      const calls = turn.calls.map((call) => ({
        id: manner.newCallId(newId()),
        type: 'function',
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
      }));
      const untyped = calls.map(({ type: _, ...call }, index) => ({ ...call, index }));
      for (const { id } of calls) memory.set(id, manner.thinksAloud ? turn.thought : '');
      const thoughts = manner.thinksAloud ? { reasoning_content: turn.thought } : {};
      const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };
      const finish = calls.length > 0 ? 'tool_calls' : 'stop';
      const head = { id: `chat-${name}`, created: 1, model: `${name}-model` };
      if (!stream) {
        const message = { role: 'assistant', content: turn.text || null, ...thoughts };
        const called = calls.length > 0 ? { tool_calls: manner.wholeCalls ? untyped : calls } : {};
        const choices = [{ index: 0, message: { ...message, ...called }, finish_reason: finish }];
        return json({ ...head, object: 'chat.completion', choices, usage });
      }
      const deltas = [...deltasOf(turn, thoughts), ...(manner.wholeCalls ? [] : pieces(calls))];
      const chunk = { ...head, object: 'chat.completion.chunk' };
      const last = manner.wholeCalls && calls.length > 0 ? { tool_calls: untyped } : {};
      return sse([
        ...deltas.map((delta) => ({ ...chunk, choices: [{ index: 0, delta, finish_reason: null }] })),
        { ...chunk, choices: [{ index: 0, delta: last, finish_reason: finish }], usage },
        'data: [DONE]\n\n',
      ]);
    },
  };
}

function deltasOf(turn: ScriptedTurn, thoughts: { reasoning_content?: string }): Loose[] {
  const half = turn.text.length >> 1;
  const texts = [turn.text.slice(0, half), turn.text.slice(half)].map((content) => ({ content }));
  const reasoning = thoughts.reasoning_content ? [{ content: null, ...thoughts }] : [];
  return [{ role: 'assistant', content: '' }, ...reasoning, ...(turn.text === '' ? [] : texts)];
}

function pieces(calls: { id: string; type: string; function: { name: string; arguments: string } }[]): Loose[] {
  return calls.flatMap(({ id, type, function: { name, arguments: text } }, index) => [
    { tool_calls: [{ index, id, type, function: { name, arguments: '' } }] },
    { tool_calls: [{ index, function: { arguments: text.slice(0, 3) } }] },
    { tool_calls: [{ index, function: { arguments: text.slice(3) } }] },
  ]);
}

function heard({ messages }: Loose): Heard {
  const results = new Map<string, string>();
  for (const message of messages)
    if (message.role === 'tool') results.set(message.tool_call_id, textIn(message.content));
  const assistant = messages.filter((message: Loose) => message.role === 'assistant');
  const calls = assistant.flatMap((message: Loose) => message.tool_calls ?? []);
  return {
    calls: calls.map((call: Loose) =>
      heardCall(call.function.name, JSON.parse(call.function.arguments), results.get(call.id)),
    ),
    texts: assistant.map((message: Loose) => textIn(message.content)).filter(Boolean),
    questions: messages.filter(({ role }: Loose) => role === 'user').map(({ content }: Loose) => textIn(content)),
  };
}

function missing({ messages }: Loose, memory: Memory): string[] {
  const faults: string[] = [];
  const came = new Set<string>();
  for (const message of messages) {
    for (const { id } of message.tool_calls ?? []) {
      came.add(id);
      const thought = memory.get(id);
      if (thought && message.reasoning_content !== thought)
        faults.push(`The reasoning_content in the thinking mode must be passed back: ${message.reasoning_content}`);
    }
  }
  for (const id of memory.keys()) if (!came.has(id)) faults.push(`the call ${id} did not come back`);
  return faults;
}
