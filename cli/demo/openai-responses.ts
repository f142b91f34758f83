// The Responses API as OpenAI says it: named events with sequence numbers, and no [DONE].
import { estimateTokenCount } from 'tokenx';
import { type OpenAiEndpoint, openAiFault, whole } from './openai-answers.ts';
import { createResponse, type Item, type PlannedResponse } from './openai-response-object.ts';
import { type Ask, piecesOf, type Script, writeScript } from './script.ts';
import type { Piece, SimulatedAnswer } from './simulated-server.ts';
import { contentText, listOf, numberOf, objectOf, textOf } from './wire-json.ts';

/** Answers POST /v1/responses. */
export function answerResponses(endpoint: OpenAiEndpoint): SimulatedAnswer {
  const { call, body, profile, severity, headers } = endpoint;
  const ask = readResponsesAsk(body);
  const script = writeScript({ ask, profile, random: call.random, severity });
  if (script.fault === 'rate-limited' || script.fault === 'overloaded') return openAiFault(headers, script.fault);
  const { firstTokenMs, msPerToken } = script.pace;
  const response = createResponse(endpoint, script, ask.instructions);
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
