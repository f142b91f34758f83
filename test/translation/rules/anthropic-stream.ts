// The order of events in a stream of Anthropic's, as its documentation gives it: one message, in it blocks one after the
// other, numbered from 0, each closed before the next begins.

// biome-ignore lint/suspicious/noExplicitAny: looks into whatever was sent
type Loose = any;

const deltas: Record<string, string[]> = {
  text: ['text_delta'],
  thinking: ['thinking_delta', 'signature_delta'],
  redacted_thinking: [],
  tool_use: ['input_json_delta'],
};

export function orderProblems(events: Loose[]): string[] {
  const problems: string[] = [];
  let open: { index: number; type: string; json: string } | null = null;
  let next = 0;
  const names = events.map((event) => event.type);
  if (names[0] !== 'message_start') problems.push('does not begin with message_start');
  if (names.slice(-2).join() !== 'message_delta,message_stop') problems.push('does not end with message_stop');
  for (const event of events.slice(1, -2)) {
    if (event.type === 'content_block_start') {
      if (open !== null) problems.push(`block ${event.index} begins inside another`);
      if (event.index !== next++) problems.push(`block ${event.index} out of order`);
      open = { index: event.index, type: event.content_block.type, json: '' };
    } else if (open === null || event.index !== open.index) {
      problems.push(`${event.type} of ${event.index} outside its block`);
    } else if (event.type === 'content_block_delta') {
      if (!deltas[open.type]?.includes(event.delta.type)) problems.push(`${event.delta.type} in ${open.type}`);
      open.json += event.delta.partial_json ?? '';
    } else if (event.type === 'content_block_stop') {
      if (open.type === 'tool_use') problems.push(...jsonProblems(open.json));
      open = null;
    } else problems.push(`${event.type} among the blocks`);
  }
  return open === null ? problems : [...problems, 'a block stays open'];
}

function jsonProblems(json: string): string[] {
  try {
    return typeof JSON.parse(json) === 'object' ? [] : ['input is no object'];
  } catch {
    return [`input is no JSON: ${json}`];
  }
}
