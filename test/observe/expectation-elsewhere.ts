// What recordings of Bedrock and Ollama say, read as plainly as those of the other providers in expectation.ts.
import { framesOf, isEventStream, isLines } from './event-stream-frames.ts';
import { anthropic, canonical, type Expectation, join } from './expectation.ts';
import type { Recording } from './recordings.ts';

// biome-ignore lint/suspicious/noExplicitAny: other people's JSON, read as loosely as can be
type Loose = any;

/** Null where the model speaks a format of its own through /invoke, or where the call is no chat. */
export function expectationElsewhere(recording: Recording): Expectation | null {
  const path = decodeURIComponent(recording.request.path.split('?')[0] as string);
  const text = recording.response.bytes.toString('utf8');
  if (/\/converse(?:-stream)?$/.test(path)) return converse(converseEvents(recording));
  if (/\/invoke(?:-with-response-stream)?$/.test(path)) {
    if (!/anthropic\.claude/.test(path)) return null;
    return anthropic(isEventStream(recording) ? invokeEvents(recording) : [{ type: 'message', ...JSON.parse(text) }]);
  }
  if (/\/api\/(?:chat|generate)$/.test(path)) return ollama(jsonLines(recording, text));
  return null;
}

const jsonLines = (recording: Recording, text: string): Loose[] =>
  isLines(recording)
    ? text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [JSON.parse(text)];

/** Each event under its type, as the body of /converse has its parts under their names. */
const converseEvents = (recording: Recording): Loose[] =>
  isEventStream(recording)
    ? framesOf(recording.response.bytes).map(({ type, payload }) => ({ [type]: JSON.parse(payload) }))
    : [JSON.parse(recording.response.bytes.toString())];

const invokeEvents = (recording: Recording): Loose[] =>
  framesOf(recording.response.bytes).map(({ payload }) =>
    JSON.parse(Buffer.from(JSON.parse(payload).bytes, 'base64').toString()),
  );

function converse(pieces: Loose[]): Expectation {
  const whole = pieces[0]?.output?.message?.content ?? [];
  const blocks: Loose[] = whole.map((block: Loose) => ({ ...block, json: '' }));
  for (const { contentBlockStart, contentBlockDelta } of pieces) {
    const index = (contentBlockStart ?? contentBlockDelta)?.contentBlockIndex;
    if (index === undefined) continue;
    blocks[index] ??= { json: '' };
    const block = blocks[index];
    Object.assign(block, contentBlockStart?.start);
    const delta = contentBlockDelta?.delta ?? {};
    if (delta.text) block.text = (block.text ?? '') + delta.text;
    if (delta.toolUse) block.json += delta.toolUse.input;
    if (delta.reasoningContent?.text) block.thought = (block.thought ?? '') + delta.reasoningContent.text;
  }
  const known = blocks.filter(Boolean);
  const usage = pieces.map((piece) => piece.usage ?? piece.metadata?.usage).findLast(Boolean) ?? {};
  const inputs = [usage.inputTokens, usage.cacheReadInputTokens, usage.cacheWriteInputTokens];
  return {
    text: join(known.map((block) => block.text)),
    reasoning: known
      .map((block) => block.thought ?? block.reasoningContent?.reasoningText?.text)
      .filter(Boolean)
      .join('\n\n'),
    calls: known
      .filter((block) => block.toolUse && block.toolUse.type !== 'server_tool_use')
      .map((block) => canonical(block.toolUse.name, block.json || block.toolUse.input)),
    finish: pieces.map((piece) => piece.stopReason ?? piece.messageStop?.stopReason).findLast(Boolean) ?? '',
    input: usage.inputTokens === undefined ? null : inputs.reduce((sum, part) => sum + (part ?? 0), 0),
    output: usage.outputTokens ?? null,
    cached: usage.cacheReadInputTokens ?? null,
    total: usage.totalTokens ?? null,
  };
}

function ollama(pieces: Loose[]): Expectation {
  const messages = pieces.map((piece) => piece.message ?? { content: piece.response });
  const calls = messages.flatMap((message) => message.tool_calls ?? []);
  const end = pieces.at(-1);
  return {
    text: join(messages.map((message) => message.content)),
    reasoning: join(messages.map((message) => message.thinking)),
    calls: calls.map((call) => canonical(call.function.name, call.function.arguments)),
    finish: end.done_reason ?? (end.done ? 'stop' : ''),
    input: end.prompt_eval_count ?? null,
    output: end.eval_count ?? null,
    cached: null,
    total: null,
  };
}
