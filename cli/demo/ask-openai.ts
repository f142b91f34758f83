// Asks through the official OpenAI SDK: chat completions, responses and embeddings.
import type OpenAI from 'openai';
import { type AskModel, createCollector, type Message, type Reply, type ToolCall, type Turn } from './conversation.ts';

/** Streams do not always ask for usage, as in real life: Sightline has to cope with both. */
export function askChat(client: OpenAI): AskModel {
  return async (turn) => {
    const options = { headers: turn.headers, signal: turn.signal };
    const request = {
      model: turn.model,
      messages: [{ role: 'system' as const, content: turn.task.instructions }, ...turn.messages.map(chatMessage)],
      max_completion_tokens: turn.task.maxTokens,
      ...(turn.tool ? { tools: [{ type: 'function' as const, function: declaration(turn.tool) }] } : {}),
    };
    if (!turn.stream) {
      const { choices } = await client.chat.completions.create(request, options);
      const message = choices[0]?.message;
      const call = message?.tool_calls?.[0];
      return {
        text: message?.content ?? '',
        toolCall: call?.type === 'function' ? { id: call.id, ...call.function, raw: null } : null,
      };
    }
    const usage = turn.task.name === 'docs-answer' ? {} : { stream_options: { include_usage: true } };
    const stream = await client.chat.completions.create({ ...request, ...usage, stream: true }, options);
    const collector = createCollector(turn.hangUpAfter);
    let call: ToolCall | null = null;
    for await (const chunk of stream) {
      const delta = chunk.choices[0]?.delta;
      const part = delta?.tool_calls?.[0];
      if (part?.id) call = { id: part.id, name: part.function?.name ?? '', arguments: '', raw: null };
      if (call && part?.function?.arguments) call.arguments += part.function.arguments;
      if (!collector.add(delta?.content ?? '')) break;
    }
    return { text: collector.text(), toolCall: call };
  };
}

/** The Responses API, stateless: the conversation is sent along each time. */
export function askResponses(client: OpenAI): AskModel {
  return async (turn) => {
    const options = { headers: turn.headers, signal: turn.signal };
    const request = {
      model: turn.model,
      instructions: turn.task.instructions,
      input: turn.messages.map(responseItem),
      max_output_tokens: turn.task.maxTokens,
      store: false,
    };
    if (!turn.stream) return { text: (await client.responses.create(request, options)).output_text, toolCall: null };
    const stream = await client.responses.create({ ...request, stream: true }, options);
    const collector = createCollector(turn.hangUpAfter);
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta' && !collector.add(event.delta)) break;
    }
    return { text: collector.text(), toolCall: null };
  };
}

/** Embeds the last message. */
export function askEmbedding(client: OpenAI): AskModel {
  return async (turn): Promise<Reply> => {
    const last = turn.messages.at(-1);
    const input = last?.role === 'user' ? last.text : '';
    await client.embeddings.create({ model: turn.model, input }, { headers: turn.headers, signal: turn.signal });
    return { text: '', toolCall: null };
  };
}

function declaration(tool: NonNullable<Turn['tool']>) {
  return { name: tool.name, description: tool.description, parameters: { ...tool.parameters } };
}

function chatMessage(message: Message): OpenAI.ChatCompletionMessageParam {
  if (message.role === 'user') return { role: 'user', content: message.text };
  if (message.role === 'assistant') return { role: 'assistant', content: message.text };
  const { id, name, arguments: json } = message.call;
  if (message.role === 'result') return { role: 'tool', tool_call_id: id, content: message.json };
  return {
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name, arguments: json } }],
  };
}

function responseItem(message: Message): OpenAI.Responses.ResponseInputItem {
  if (message.role === 'user' || message.role === 'assistant') return { role: message.role, content: message.text };
  const { id, name, arguments: json } = message.call;
  if (message.role === 'result') return { type: 'function_call_output', call_id: id, output: message.json };
  return { type: 'function_call', call_id: id, name, arguments: json };
}
