// A client of Anthropic's messages: the official SDK, and what it was told. A stream is read twice from the same events: by
// hand, and by the SDK's own accumulation, which has to agree.
import Anthropic from '@anthropic-ai/sdk';
import { canonical } from '../observe/expectation.ts';
import { type ChatAnswer, idIn } from './chat-client.ts';
import type { Said } from './expected-answer.ts';

export type MessagesQuestion = Omit<Anthropic.MessageCreateParams, 'stream'>;

export const anthropicClient = (url: string): Anthropic =>
  new Anthropic({ apiKey: 'test', baseURL: url, maxRetries: 0, timeout: 20_000 });

export async function askMessages(client: Anthropic, question: MessagesQuestion, stream: boolean): Promise<ChatAnswer> {
  if (!stream) {
    const { data, response } = await client.messages.create({ ...question, stream: false }).withResponse();
    return { said: saidIn(data), id: idIn(response), cost: costIn(data), pieces: [data] };
  }
  const running = client.messages.stream(question);
  const pieces: Anthropic.MessageStreamEvent[] = [];
  let blocks = 0;
  running.on('streamEvent', (event) => {
    pieces.push(event);
    if (event.type === 'content_block_start' && event.index !== blocks++) throw new Error(`block ${event.index} skips`);
  });
  const { response } = await running.withResponse();
  const message = await running.finalMessage();
  if (pieces.at(-1)?.type !== 'message_stop') throw new Error('the stream does not end with message_stop');
  // The SDK keeps the counts it knows of the last delta, and everything else of the first.
  const told = pieces.findLast((event) => event.type === 'message_delta');
  return { said: saidIn(message), id: idIn(response), cost: told && costIn(told), pieces };
}

const costIn = ({ usage }: { usage: object }): number | null | undefined => (usage as { cost?: number | null }).cost;

function saidIn({ content, usage, stop_reason }: Anthropic.Message): Said {
  const calls = content.filter((block) => block.type === 'tool_use');
  if (calls.some(({ id }) => !id)) throw new Error('a call without id');
  const { input_tokens: fresh, output_tokens: output, cache_read_input_tokens: read } = usage;
  const input = fresh + (read ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    reasoning: content
      .filter((block) => block.type === 'thinking')
      .map(({ thinking }) => thinking)
      .join('\n\n'),
    calls: calls.map((call) => canonical(call.name, call.input)),
    finish: stop_reason ?? '',
    ...{ input, output, cached: read ?? null, total: input + output, reasoned: null },
  };
}
