// Asks through the official Anthropic SDK, with the instructions marked for the prompt cache.
import type Anthropic from '@anthropic-ai/sdk';
import { type AskModel, createCollector, type Message, type ToolCall } from './conversation.ts';

export function askMessages(client: Anthropic): AskModel {
  return async (turn) => {
    const options = { headers: turn.headers, signal: turn.signal };
    const thinks = turn.model.includes('opus');
    const request = {
      model: turn.model,
      max_tokens: turn.task.maxTokens,
      system: [{ type: 'text' as const, text: turn.task.instructions, cache_control: { type: 'ephemeral' as const } }],
      messages: turn.messages.map(anthropicMessage),
      ...(thinks ? { thinking: { type: 'adaptive' as const } } : {}),
      ...(turn.tool
        ? {
            tools: [
              { name: turn.tool.name, description: turn.tool.description, input_schema: { ...turn.tool.parameters } },
            ],
          }
        : {}),
    };
    if (!turn.stream) {
      const { content } = await client.messages.create(request, options);
      const used = content.find((block) => block.type === 'tool_use');
      return {
        text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
        toolCall: used ? { id: used.id, name: used.name, arguments: JSON.stringify(used.input), raw: null } : null,
      };
    }
    const stream = await client.messages.create({ ...request, stream: true }, options);
    const collector = createCollector(turn.hangUpAfter);
    let call: ToolCall | null = null;
    for await (const event of stream) {
      if (event.type === 'content_block_start' && event.content_block.type === 'tool_use') {
        call = { id: event.content_block.id, name: event.content_block.name, arguments: '', raw: null };
      }
      if (event.type !== 'content_block_delta') continue;
      if (event.delta.type === 'input_json_delta' && call) call.arguments += event.delta.partial_json;
      if (event.delta.type === 'text_delta' && !collector.add(event.delta.text)) break;
    }
    return { text: collector.text(), toolCall: call };
  };
}

function anthropicMessage(message: Message): Anthropic.MessageParam {
  if (message.role === 'user' || message.role === 'assistant') return { role: message.role, content: message.text };
  const { id, name, arguments: json } = message.call;
  if (message.role === 'result') {
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: message.json }] };
  }
  return {
    role: 'assistant',
    content: [{ type: 'tool_use', id, name, input: JSON.parse(json) as Record<string, unknown> }],
  };
}
