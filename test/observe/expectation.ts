// What a recording says, read in the plainest way and without any of the proxy's code: split the text, parse, add up.
import { expectationElsewhere } from './expectation-elsewhere.ts';
import type { Recording } from './recordings.ts';

export interface Expectation {
  text: string;
  reasoning: string;
  /** name(arguments as canonical JSON), in order. */
  calls: string[];
  finish: string;
  input: number | null;
  output: number | null;
  cached: number | null;
  total: number | null;
}

// biome-ignore lint/suspicious/noExplicitAny: other people's JSON, read as loosely as can be
type Loose = any;

export function expectationOf(recording: Recording): Expectation | null {
  const text = recording.response.bytes.toString('utf8');
  const path = recording.request.path.split('?')[0] as string;
  if (/^\/model\/|^\/api\/(?:chat|generate)$/.test(path)) return expectationElsewhere(recording);
  const pieces = recording.stream && /^(?:data|event|:)/m.test(text) ? payloads(text) : [JSON.parse(text)].flat();
  if (/chat\/completions$/.test(path)) return chat(pieces);
  if (/responses$/.test(path)) return responses(pieces);
  if (/v1\/messages$/.test(path)) return anthropic(pieces);
  if (/[gG]enerateContent$/.test(path)) return gemini(pieces);
  if (/v[12]\/chat$/.test(path)) return cohere(pieces);
  return null;
}

function payloads(text: string): Loose[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data:') && !line.includes('[DONE]'))
    .map((line) => JSON.parse(line.slice(5)));
}

export function canonical(name: string, args: unknown): string {
  let value = args;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {}
  }
  return `${name}(${JSON.stringify(value ?? {})})`;
}

export const join = (values: Loose[]): string =>
  values.map((value) => (typeof value === 'string' ? value : '')).join('');

export function chat(pieces: Loose[]): Expectation {
  const choices = pieces.flatMap((piece) => piece.choices ?? []).filter((choice) => !choice.index);
  const messages = choices.map((choice) => choice.delta ?? choice.message ?? {});
  const parts = messages.flatMap((message) => (Array.isArray(message.content) ? message.content : []));
  const thinking = parts.filter((part) => part.type === 'thinking').flatMap((part) => part.thinking);
  const calls: Array<{ name: string; args: string }> = [];
  for (const call of messages.flatMap(
    (message) => message.tool_calls ?? (message.function_call ? [{ function: message.function_call }] : []),
  )) {
    if (call.function.name) calls.push({ name: call.function.name, args: '' });
    const last = calls.at(-1);
    if (last) last.args += call.function.arguments ?? '';
  }
  const usage = pieces.map((piece) => piece.usage ?? piece.x_groq?.usage).findLast(Boolean) ?? {};
  return {
    text:
      join(messages.map((message) => message.content)) +
      join(parts.filter((part) => part.type === 'text').map((part) => part.text)),
    reasoning:
      join(messages.map((message) => message.reasoning_content ?? message.reasoning)) +
      join(thinking.map((part) => part.text)),
    calls: calls.map((call) => canonical(call.name, call.args)),
    finish: choices.map((choice) => choice.finish_reason).findLast(Boolean) ?? '',
    input: usage.prompt_tokens ?? null,
    output: usage.completion_tokens ?? null,
    cached: usage.prompt_tokens_details?.cached_tokens ?? usage.num_cached_tokens ?? usage.cached_tokens ?? null,
    total: usage.total_tokens ?? null,
  };
}

function responses(pieces: Loose[]): Expectation {
  const final = pieces.map((piece) => piece.response ?? piece).findLast((piece) => piece.status || piece.error);
  const output = final.output ?? [];
  const content = output.filter((item: Loose) => item.type === 'message').flatMap((item: Loose) => item.content);
  const reasoning = output
    .filter((item: Loose) => item.type === 'reasoning')
    .flatMap((item: Loose) => (item.summary?.length ? item.summary : (item.content ?? [])));
  const calls = output.filter((item: Loose) => item.type === 'function_call' || item.type === 'custom_tool_call');
  return {
    text: join(content.map((part: Loose) => part.text)),
    reasoning: reasoning.map((part: Loose) => part.text).join('\n\n'),
    calls: calls.map((item: Loose) => canonical(item.name, item.arguments ?? item.input)),
    finish: final.incomplete_details?.reason ?? (final.status ?? '').replace('queued', ''),
    input: final.usage?.input_tokens ?? null,
    output: final.usage?.output_tokens ?? null,
    cached: final.usage?.input_tokens_details?.cached_tokens ?? null,
    total: final.usage?.total_tokens ?? null,
  };
}

export function anthropic(pieces: Loose[]): Expectation {
  const blocks: Loose[] = [];
  let usage: Loose = {};
  let finish = '';
  for (const piece of pieces) {
    const message = piece.type === 'message' ? piece : piece.message;
    for (const block of message?.content ?? []) blocks.push({ ...block });
    if (piece.content_block) blocks[piece.index] = { ...piece.content_block, json: '' };
    const block = blocks[piece.index];
    if (piece.delta?.text) block.text += piece.delta.text;
    if (piece.delta?.thinking) block.thinking += piece.delta.thinking;
    if (piece.delta?.partial_json) block.json += piece.delta.partial_json;
    usage = { ...usage, ...message?.usage, ...piece.usage };
    finish = piece.delta?.stop_reason ?? message?.stop_reason ?? finish;
  }
  const parts = [usage.input_tokens, usage.cache_creation_input_tokens, usage.cache_read_input_tokens];
  return {
    text: join(blocks.filter((block) => block.type === 'text').map((block) => block.text)),
    reasoning: blocks
      .filter((block) => block.thinking)
      .map((block) => block.thinking)
      .join('\n\n'),
    calls: blocks
      .filter((block) => block.type === 'tool_use')
      .map((block) => canonical(block.name, block.json || block.input)),
    finish,
    input: usage.input_tokens === undefined ? null : parts.reduce((sum, part) => sum + (part ?? 0), 0),
    output: usage.output_tokens ?? null,
    cached: usage.cache_read_input_tokens ?? null,
    total: null,
  };
}

function gemini(pieces: Loose[]): Expectation {
  const candidates = pieces.flatMap((piece) => piece.candidates ?? []).filter((candidate) => !candidate.index);
  const parts = candidates.flatMap((candidate) => candidate.content?.parts ?? []);
  const usage = pieces.map((piece) => piece.usageMetadata).findLast(Boolean) ?? {};
  const known = usage.promptTokenCount !== undefined;
  return {
    text: join(parts.filter((part) => !part.thought).map((part) => part.text)),
    reasoning: join(parts.filter((part) => part.thought).map((part) => part.text)),
    calls: parts
      .filter((part) => part.functionCall?.name)
      .map((part) => canonical(part.functionCall.name, part.functionCall.args)),
    finish: String(
      candidates.map((candidate) => candidate.finishReason).findLast(Boolean) ??
        pieces.map((piece) => piece.promptFeedback?.blockReason).findLast(Boolean) ??
        '',
    ),
    input: known ? usage.promptTokenCount + (usage.toolUsePromptTokenCount ?? 0) : null,
    output:
      (usage.candidatesTokenCount ?? usage.thoughtsTokenCount) === undefined
        ? null
        : (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    cached: usage.cachedContentTokenCount ?? null,
    total: usage.totalTokenCount ?? null,
  };
}

function cohere(pieces: Loose[]): Expectation {
  const whole = pieces.length === 1 ? pieces[0] : null;
  const message = typeof whole?.message === 'object' ? whole.message : {};
  const deltas = pieces.map((piece) => piece.delta?.message ?? {});
  const end = whole ?? pieces.findLast((piece) => piece.type === 'message-end')?.delta ?? {};
  const content = [
    ...(message.content ?? []),
    ...deltas.map((delta) => (Array.isArray(delta.content) ? {} : (delta.content ?? {}))),
  ];
  const calls: Array<{ name: string; args: string }> = [];
  for (const call of deltas.map((delta) => delta.tool_calls).filter((call) => call?.function)) {
    if (call.function.name) calls.push({ name: call.function.name, args: '' });
    (calls.at(-1) as { args: string }).args += call.function.arguments ?? '';
  }
  const stated = message.tool_calls ?? whole?.tool_calls ?? [];
  const usage = end.usage ?? end.meta ?? {};
  return {
    text: join([whole?.text, ...content.map((part) => part.text)]),
    reasoning: join([
      ...content.map((part) => part.thinking),
      message.tool_plan,
      ...deltas.map((delta) => delta.tool_plan),
    ]),
    calls: [
      ...calls.map((call) => canonical(call.name, call.args)),
      ...stated.map((call: Loose) =>
        canonical(call.function?.name ?? call.name, call.function?.arguments ?? call.parameters),
      ),
    ],
    finish: end.finish_reason ?? '',
    input: usage.tokens?.input_tokens ?? null,
    output: usage.tokens?.output_tokens ?? null,
    cached: usage.cached_tokens ?? null,
    total: null,
  };
}
