// Messages as Anthropic says them: content blocks, usage in disjoint cache buckets, and a stream that opens with
// message_start, breathes with ping and ends with message_stop.
import { estimateTokenCount } from 'tokenx';
import type { PromptCache } from './prompt-cache.ts';
import type { Random } from './random.ts';
import { type Ask, piecesOf, type Script } from './script.ts';
import type { Piece } from './simulated-server.ts';
import { contentText, type Json, listOf, numberOf, objectOf, textOf } from './wire-json.ts';

/** What a messages request asks. */
export function readMessagesAsk(body: Json): Ask {
  const messages = listOf(body.messages).map(objectOf);
  const instructions = contentText(body.system);
  const tools = listOf(body.tools).map((tool) => textOf(objectOf(tool).name));
  const last = listOf(messages.at(-1)?.content).map(objectOf);
  const users = messages.filter((message) => message.role === 'user').map((message) => contentText(message.content));
  return {
    instructions,
    lastUser: users.findLast((text) => text !== '') ?? '',
    all:
      [instructions, ...messages.map((message) => contentText(message.content))].join('\n') +
      (tools.length > 0 ? JSON.stringify(body.tools) : ''),
    toolNames: tools,
    answersTool: last.some((block) => block.type === 'tool_result'),
    maxTokens: numberOf(body.max_tokens),
  };
}

export type MessageUsage = ReturnType<typeof messageUsage>;

/** Input tokens exclude what the cache read or wrote. Only a prompt that marks `cache_control` is cached. */
export function messageUsage({
  body,
  script,
  cache,
  model,
}: {
  body: Json;
  script: Script;
  cache: PromptCache;
  model: string;
}) {
  const marked = listOf(body.system).some((block) => objectOf(block).cache_control !== undefined);
  const cached = marked ? cache.touch(model, contentText(body.system), script.prefixTokens) : { read: 0, written: 0 };
  return {
    input_tokens: Math.max(1, script.inputTokens - cached.read - cached.written),
    cache_creation_input_tokens: cached.written,
    cache_read_input_tokens: cached.read,
    cache_creation: { ephemeral_5m_input_tokens: cached.written, ephemeral_1h_input_tokens: 0 },
    output_tokens: script.outputTokens + (shows(body) ? script.reasoningTokens : 0),
    service_tier: 'standard',
    inference_geo: 'global',
  };
}

/** Thinking happens only when the request asks for it. */
const shows = (body: Json): boolean => ['enabled', 'adaptive'].includes(textOf(objectOf(body.thinking).type));

export interface Message {
  body: Json;
  script: Script;
  usage: MessageUsage;
  model: string;
  random: Random;
  requestId: string;
}

const stopReasons = { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use', refused: 'refusal' } as const;

/** The whole answer. */
export function messageBody({ body, script, usage, model, random }: Message): Json {
  const content: Json[] = [];
  if (shows(body) && script.reasoning) {
    content.push({ type: 'thinking', thinking: script.reasoning, signature: signature(random) });
  }
  if (script.text) content.push({ type: 'text', text: script.text });
  if (script.toolCall) {
    const { name, arguments: input } = script.toolCall;
    content.push({ type: 'tool_use', id: `toolu_01${random.letters(22)}`, name, input: JSON.parse(input) });
  }
  return { ...head(model, random), content, stop_reason: stopReasons[script.finish], usage };
}

/** The same as events. A stream that breaks off ends with an `error` event and no message_stop. */
export function messageEvents({ body, script, usage, model, random, requestId }: Message): Piece[] {
  const events: Piece[] = [];
  const say = (type: string, fields: object, tokens = 0) => {
    // Anthropic pads its data lines with blanks inside the JSON (recorded).
    const json = JSON.stringify({ type, ...fields });
    const padded = `${json.slice(0, -1)}${' '.repeat(random.integer(0, 12))}}`;
    events.push({ bytes: `event: ${type}\ndata: ${padded}\n\n`, tokens });
  };
  say('message_start', {
    message: { ...head(model, random), content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  });
  const blocks = blocksOf({ thinking: shows(body) && script.reasoning !== '', script, random });
  for (const [index, block] of blocks.entries()) {
    say('content_block_start', { index, content_block: block.start });
    if (index === 0) events.push({ bytes: 'event: ping\ndata: {"type": "ping"}\n\n', tokens: 0 });
    const broken = script.fault === 'breaks-off' && index === blocks.length - 1;
    const deltas = broken ? block.deltas.slice(0, Math.ceil(block.deltas.length / 2)) : block.deltas;
    for (const { delta, tokens } of deltas) say('content_block_delta', { index, delta }, tokens);
    if (broken) {
      say('error', {
        error: { details: null, type: 'overloaded_error', message: 'Overloaded' },
        request_id: requestId,
      });
      return events;
    }
    say('content_block_stop', { index });
  }
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = usage;
  say('message_delta', {
    delta: { stop_reason: stopReasons[script.finish], stop_sequence: null, stop_details: null },
    usage: { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens },
  });
  say('message_stop', {});
  return events;
}

interface Block {
  start: Json;
  deltas: { delta: Json; tokens: number }[];
}

function blocksOf({ thinking, script, random }: { thinking: boolean; script: Script; random: Random }): Block[] {
  const blocks: Block[] = [];
  if (thinking) {
    const pieces = piecesOf(script.reasoning, random, 5);
    const perPiece = script.reasoningTokens / Math.max(1, pieces.length);
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...pieces.map((text) => ({ delta: { type: 'thinking_delta', thinking: text }, tokens: perPiece })),
        { delta: { type: 'signature_delta', signature: signature(random) }, tokens: 0 },
      ],
    });
  }
  if (script.text || !script.toolCall) {
    const pieces = piecesOf(script.text, random, 6);
    const deltas = pieces.map((text) => ({ delta: { type: 'text_delta', text }, tokens: estimateTokenCount(text) }));
    blocks.push({ start: { type: 'text', text: '' }, deltas });
  }
  if (script.toolCall) {
    const fragments = ['', ...(script.toolCall.arguments.match(/[\s\S]{1,8}/g) ?? [])];
    blocks.push({
      start: { type: 'tool_use', id: `toolu_01${random.letters(22)}`, name: script.toolCall.name, input: {} },
      deltas: fragments.map((text) => ({ delta: { type: 'input_json_delta', partial_json: text }, tokens: 3 })),
    });
  }
  return blocks;
}

const signature = (random: Random): string => `Es${random.letters(118)}==`;

const head = (model: string, random: Random): Json => ({
  model,
  id: `msg_01${random.letters(22)}`,
  type: 'message',
  role: 'assistant',
  stop_sequence: null,
  stop_details: null,
});
