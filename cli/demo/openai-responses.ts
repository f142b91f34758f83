// The Responses API as OpenAI says it: named events with sequence numbers, and no [DONE].
import { estimateTokenCount } from 'tokenx';
import { type OpenAiEndpoint, openAiFault, whole } from './openai-answers.ts';
import { type Ask, piecesOf, type Script, writeScript } from './script.ts';
import type { Piece, SimulatedAnswer } from './simulated-server.ts';
import { contentText, listOf, numberOf, objectOf, textOf } from './wire-json.ts';

/** Answers POST /v1/responses. */
export function answerResponses(endpoint: OpenAiEndpoint): SimulatedAnswer {
  const { call, body, profile, severity, headers } = endpoint;
  const script = writeScript({ ask: readResponsesAsk(body), profile, random: call.random, severity });
  if (script.fault === 'rate-limited' || script.fault === 'overloaded') return openAiFault(headers, script.fault);
  const { firstTokenMs, msPerToken } = script.pace;
  const response = createResponse(endpoint, script);
  const thinkingMs = script.reasoningTokens * msPerToken;
  if (body.stream !== true) {
    return whole(200, headers, response.final(), firstTokenMs + thinkingMs + script.outputTokens * msPerToken);
  }
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'openai-processing-ms': String(Math.round(firstTokenMs * 0.4)),
    },
    headAfterMs: firstTokenMs * 0.4,
    bodyAfterMs: 0,
    body: responseEvents(endpoint, script, response),
    msPerToken,
    end: 'clean',
  };
}

/** What a responses request asks. */
export function readResponsesAsk(body: Record<string, unknown>): Ask {
  const input =
    typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : listOf(body.input).map(objectOf);
  const said = (roles: string[]) => input.filter((item) => roles.includes(textOf(item.role)));
  const instructions =
    textOf(body.instructions) ||
    said(['system', 'developer'])
      .map((item) => contentText(item.content))
      .join('\n');
  const tools = listOf(body.tools).map((tool) => textOf(objectOf(tool).name));
  return {
    instructions,
    lastUser: contentText(said(['user']).at(-1)?.content),
    all:
      [instructions, ...input.map((item) => contentText(item.content) || textOf(item.output))].join('\n') +
      (tools.length > 0 ? JSON.stringify(body.tools) : ''),
    toolNames: tools,
    answersTool: objectOf(input.at(-1)).type === 'function_call_output',
    maxTokens: numberOf(body.max_output_tokens),
  };
}

type Item = Record<string, unknown> & { id: string; type: string };

interface PlannedResponse {
  items: Item[];
  begun: Record<string, unknown>;
  final(): Record<string, unknown>;
  failed(): Record<string, unknown>;
}

function createResponse({ call, body, profile, cache, now }: OpenAiEndpoint, script: Script): PlannedResponse {
  const { random } = call;
  const begun = {
    id: `resp_${random.hex(50)}`,
    object: 'response',
    created_at: Math.floor(now / 1000),
    status: 'in_progress',
    background: false,
    completed_at: null,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    model: profile.answersAs,
    output: [] as Item[],
    parallel_tool_calls: true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: script.reasoningTokens > 0 ? 'medium' : null, summary: null },
    service_tier: 'default',
    store: body.store ?? true,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: listOf(body.tools),
    top_p: 1,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
  };
  const items = outputItems(script, random);
  const cached = cache.touch(profile.name, readResponsesAsk(body).instructions, script.prefixTokens).read;
  const output = script.outputTokens + script.reasoningTokens;
  const usage = {
    input_tokens: script.inputTokens,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: script.reasoningTokens },
    total_tokens: script.inputTokens + output,
  };
  const incomplete = { length: 'max_output_tokens', refused: 'content_filter', stop: null, tool: null }[script.finish];
  return {
    items,
    begun,
    final: () => ({
      ...begun,
      status: incomplete ? 'incomplete' : 'completed',
      completed_at: incomplete ? null : begun.created_at + 1,
      incomplete_details: incomplete ? { reason: incomplete } : null,
      output: items,
      usage,
    }),
    failed: () => ({
      ...begun,
      status: 'failed',
      error: { code: 'server_error', message: 'An error occurred while processing your request.' },
    }),
  };
}

function outputItems(script: Script, random: OpenAiEndpoint['call']['random']): Item[] {
  const items: Item[] = [];
  if (script.reasoningTokens > 0) {
    items.push({
      id: `rs_${random.hex(50)}`,
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: script.reasoning }],
    });
  }
  if (script.toolCall) {
    items.push({
      id: `fc_${random.hex(50)}`,
      type: 'function_call',
      status: 'completed',
      call_id: `call_${random.letters(24)}`,
      ...script.toolCall,
    });
  } else {
    const content = [{ type: 'output_text', annotations: [], logprobs: [], text: script.text }];
    items.push({ id: `msg_${random.hex(50)}`, type: 'message', status: 'completed', role: 'assistant', content });
  }
  return items;
}

function responseEvents({ call }: OpenAiEndpoint, script: Script, response: PlannedResponse): Piece[] {
  const { random } = call;
  const events: Piece[] = [];
  const say = (type: string, fields: object, tokens = 0) => {
    const data = { type, ...fields, sequence_number: events.length };
    events.push({ bytes: `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`, tokens });
  };
  const obfuscation = () => random.letters(random.integer(2, 16));
  say('response.created', { response: response.begun });
  // Thinking is time: its tokens are waited for before the first item.
  say(
    'response.in_progress',
    { response: response.begun },
    Math.round(script.pace.firstTokenMs / script.pace.msPerToken) * 0.6,
  );
  for (const [output_index, item] of response.items.entries()) {
    if (item.type === 'reasoning') sayReasoning(say, { item, output_index, script });
    else if (item.type === 'function_call') sayToolCall(say, { item, output_index, obfuscation });
    else {
      const pieces = piecesOf(script.text, random);
      const broken = script.fault === 'breaks-off';
      sayMessage(say, {
        item,
        output_index,
        obfuscation,
        pieces: broken ? pieces.slice(0, pieces.length / 2) : pieces,
        broken,
      });
      if (broken) {
        say('response.failed', { response: response.failed() });
        return events;
      }
    }
  }
  const final = response.final();
  say(`response.${final.status}`, { response: final });
  return events;
}

type Say = (type: string, fields: object, tokens?: number) => void;

function sayReasoning(
  say: Say,
  { item, output_index, script }: { item: Item; output_index: number; script: Script },
): void {
  const at = { item_id: item.id, output_index, summary_index: 0 };
  say('response.output_item.added', { item: { ...item, summary: [] }, output_index }, script.reasoningTokens);
  say('response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } });
  say('response.reasoning_summary_text.delta', { ...at, delta: script.reasoning });
  say('response.reasoning_summary_text.done', { ...at, text: script.reasoning });
  say('response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text: script.reasoning } });
  say('response.output_item.done', { item, output_index });
}

function sayToolCall(
  say: Say,
  { item, output_index, obfuscation }: { item: Item; output_index: number; obfuscation: () => string },
): void {
  const at = { item_id: item.id, output_index };
  say('response.output_item.added', { item: { ...item, status: 'in_progress', arguments: '' }, output_index });
  for (const delta of textOf(item.arguments).match(/[\s\S]{1,6}/g) ?? []) {
    say('response.function_call_arguments.delta', { ...at, delta, obfuscation: obfuscation() }, 3);
  }
  say('response.function_call_arguments.done', { ...at, arguments: item.arguments });
  say('response.output_item.done', { item, output_index });
}

interface Message {
  item: Item;
  output_index: number;
  obfuscation: () => string;
  pieces: string[];
  /** Stop after the pieces, as a stream that fails does. */
  broken: boolean;
}

function sayMessage(say: Say, { item, output_index, obfuscation, pieces, broken }: Message): void {
  const at = { item_id: item.id, output_index, content_index: 0 };
  const empty = { type: 'output_text', annotations: [], logprobs: [], text: '' };
  say('response.output_item.added', { item: { ...item, status: 'in_progress', content: [] }, output_index });
  say('response.content_part.added', { ...at, part: empty });
  for (const delta of pieces) {
    say(
      'response.output_text.delta',
      { ...at, delta, logprobs: [], obfuscation: obfuscation() },
      estimateTokenCount(delta),
    );
  }
  if (broken) return;
  const text = pieces.join('');
  say('response.output_text.done', { ...at, text, logprobs: [] });
  say('response.content_part.done', { ...at, part: { ...empty, text } });
  say('response.output_item.done', { item, output_index });
}
