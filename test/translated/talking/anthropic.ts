// Anthropic as a partner in a conversation: it thinks before it calls, and wants its thoughts back with their signature.
import { type Heard, heardCall } from './script.ts';
import { json, type Loose, type Memory, sse, type Talker, textIn } from './talker.ts';

export const anthropic: Talker = {
  name: 'anthropic',
  heard,
  missing,
  streams: ({ body }) => body.stream === true,
  answer(turn, { stream, memory, newId }) {
    const signature = `signed+${newId()}/==`;
    const calls = turn.calls.map((call) => ({
      type: 'tool_use',
      id: `toolu_${newId()}`,
      name: call.name,
      input: call.arguments,
    }));
    for (const { id } of calls) memory.set(id, `${turn.thought}|${signature}`);
    const content = [
      ...(turn.thought ? [{ type: 'thinking', thinking: turn.thought, signature }] : []),
      ...(turn.text ? [{ type: 'text', text: turn.text }] : []),
      ...calls,
    ];
    const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-model', stop_sequence: null };
    const stop_reason = calls.length > 0 ? 'tool_use' : 'end_turn';
    const usage = { input_tokens: 20, output_tokens: 10 };
    if (!stream) return json({ ...message, content, stop_reason, usage });
    return sse(
      [
        { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage } },
        { type: 'ping' },
        ...content.flatMap((block, index) => blockEvents(block, index)),
        { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
        { type: 'message_stop' },
      ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    );
  },
};

function blockEvents(block: Loose, index: number): Loose[] {
  const empty: Record<string, Loose> = {
    thinking: { type: 'thinking', thinking: '', signature: '' },
    text: { type: 'text', text: '' },
    tool_use: { ...block, input: {} },
  };
  const deltas: Record<string, Loose[]> = {
    thinking: [
      { type: 'thinking_delta', thinking: block.thinking },
      { type: 'signature_delta', signature: block.signature },
    ],
    text: [{ type: 'text_delta', text: block.text }],
    tool_use: ['', JSON.stringify(block.input)].map((text) => ({ type: 'input_json_delta', partial_json: text })),
  };
  return [
    { type: 'content_block_start', index, content_block: empty[block.type] },
    ...(deltas[block.type] as Loose[]).map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

const blocksOf = ({ content }: Loose): Loose[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content;

function heard({ messages }: Loose): Heard {
  const user = messages.filter(({ role }: Loose) => role === 'user').flatMap(blocksOf);
  const said = messages.filter(({ role }: Loose) => role === 'assistant').flatMap(blocksOf);
  const results = new Map<string, string>(
    user
      .filter(({ type }: Loose) => type === 'tool_result')
      .map((each: Loose) => [each.tool_use_id, textIn(each.content)]),
  );
  const text = (blocks: Loose[]): string[] => blocks.filter(({ type }) => type === 'text').map((each) => each.text);
  return {
    calls: said
      .filter(({ type }: Loose) => type === 'tool_use')
      .map((call: Loose) => heardCall(call.name, call.input, results.get(call.id))),
    texts: text(said),
    questions: text(user),
  };
}

/** "Expected `thinking` …, but found `tool_use`", and thoughts that somebody else made up are not taken. */
function missing({ messages }: Loose, memory: Memory): string[] {
  const faults: string[] = [];
  const came = new Set<string>();
  for (const message of messages.filter(({ role }: Loose) => role === 'assistant')) {
    const blocks = blocksOf(message);
    const thoughts = blocks
      .filter(({ type }) => type === 'thinking')
      .map((each) => `${each.thinking}|${each.signature}`);
    for (const thought of thoughts)
      if (![...memory.values()].includes(thought)) faults.push(`Invalid signature in thinking block: ${thought}`);
    for (const { id } of blocks.filter(({ type }) => type === 'tool_use')) {
      came.add(id);
      const thought = memory.get(id);
      if (thought && (!thoughts.includes(thought) || blocks[0].type !== 'thinking'))
        faults.push(`Expected thinking before ${id}, found ${blocks[0].type}`);
    }
  }
  for (const id of memory.keys()) if (!came.has(id)) faults.push(`the call ${id} did not come back`);
  return faults;
}
