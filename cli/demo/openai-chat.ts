// Chat completions as OpenAI says them: whole, or as chunks that begin with the role and end with [DONE].
import { estimateTokenCount } from 'tokenx';
import { type OpenAiEndpoint, openAiFault, whole } from './openai-answers.ts';
import { type Ask, piecesOf, type Script, writeScript } from './script.ts';
import type { Piece, SimulatedAnswer } from './simulated-server.ts';
import { contentText, listOf, numberOf, objectOf, textOf } from './wire-json.ts';

/** Answers POST /v1/chat/completions. */
export function answerChat(endpoint: OpenAiEndpoint): SimulatedAnswer {
  const { call, body, profile, severity, headers } = endpoint;
  const script = writeScript({ ask: readChatAsk(body), profile, random: call.random, severity });
  if (script.fault === 'rate-limited' || script.fault === 'overloaded') return openAiFault(headers, script.fault);
  const { firstTokenMs, msPerToken } = script.pace;
  const usage = chatUsage(endpoint, script);
  if (body.stream !== true) {
    const afterMs = firstTokenMs + (script.outputTokens + script.reasoningTokens) * msPerToken;
    return whole(200, headers, chatBody(endpoint, script, usage), afterMs);
  }
  const includeUsage = objectOf(body.stream_options).include_usage === true;
  const chunks = chatChunks(endpoint, script, includeUsage ? usage : null);
  const broken = script.fault === 'breaks-off';
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'openai-processing-ms': String(Math.round(firstTokenMs)),
    },
    headAfterMs: firstTokenMs * 0.8,
    bodyAfterMs: firstTokenMs * 0.2 + script.reasoningTokens * msPerToken,
    body: broken ? chunks.slice(0, Math.ceil(chunks.length / 2)) : chunks,
    msPerToken,
    end: broken ? 'reset' : 'clean',
  };
}

/** What a chat request asks. */
export function readChatAsk(body: Record<string, unknown>): Ask {
  const messages = listOf(body.messages).map(objectOf);
  const said = (roles: string[]) => messages.filter((message) => roles.includes(textOf(message.role)));
  const tools = listOf(body.tools).map((tool) => textOf(objectOf(objectOf(tool).function).name));
  return {
    instructions: said(['system', 'developer'])
      .map((message) => contentText(message.content))
      .join('\n'),
    lastUser: contentText(said(['user']).at(-1)?.content),
    all:
      messages.map((message) => contentText(message.content)).join('\n') +
      (tools.length > 0 ? JSON.stringify(body.tools) : ''),
    toolNames: tools,
    answersTool: messages.at(-1)?.role === 'tool',
    maxTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
  };
}

type Usage = ReturnType<typeof chatUsage>;

function chatUsage({ cache, profile, body }: OpenAiEndpoint, script: Script) {
  const prefix = readChatAsk(body).instructions;
  const cached = cache.touch(profile.name, prefix, script.prefixTokens).read;
  const completion = script.outputTokens + script.reasoningTokens;
  return {
    prompt_tokens: script.inputTokens,
    completion_tokens: completion,
    total_tokens: script.inputTokens + completion,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: script.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const finishReasons = { stop: 'stop', length: 'length', tool: 'tool_calls', refused: 'content_filter' } as const;

function chatBody({ call, profile, now }: OpenAiEndpoint, script: Script, usage: Usage) {
  const toolCalls = script.toolCall && [
    { id: `call_${call.random.letters(24)}`, type: 'function', function: script.toolCall },
  ];
  return {
    id: `chatcmpl-${call.random.letters(29)}`,
    object: 'chat.completion',
    created: Math.floor(now / 1000),
    model: profile.answersAs,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: toolCalls ? null : script.text,
          refusal: null,
          annotations: [],
          ...(toolCalls ? { tool_calls: toolCalls } : {}),
        },
        logprobs: null,
        finish_reason: finishReasons[script.finish],
      },
    ],
    usage,
    service_tier: 'default',
    system_fingerprint: `fp_${call.random.hex(10)}`,
  };
}

/** `usage` null: the client did not ask for it, so no chunk mentions it (recorded). */
function chatChunks({ call, profile, now }: OpenAiEndpoint, script: Script, usage: Usage | null): Piece[] {
  const { random } = call;
  const head = {
    id: `chatcmpl-${random.letters(29)}`,
    object: 'chat.completion.chunk',
    created: Math.floor(now / 1000),
    model: profile.answersAs,
    service_tier: 'default',
    system_fingerprint: `fp_${random.hex(10)}`,
  };
  const say = (fields: object, tokens = 0): Piece => {
    const chunk = { ...head, ...fields, obfuscation: random.letters(random.integer(2, 16)) };
    return { bytes: `data: ${JSON.stringify(chunk)}\n\n`, tokens };
  };
  const choice = (delta: object, tokens: number, finish: string | null = null) =>
    say(
      { choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...(usage ? { usage: null } : {}) },
      tokens,
    );
  return [
    choice({ role: 'assistant', content: script.toolCall ? null : '', refusal: null }, 0),
    ...(script.toolCall ? toolChunks(script.toolCall, random.letters(24)) : []).map((call) => choice(call, 4)),
    ...piecesOf(script.text, random).map((content) => choice({ content }, estimateTokenCount(content))),
    choice({}, 0, finishReasons[script.finish]),
    ...(usage ? [say({ choices: [], usage })] : []),
    { bytes: 'data: [DONE]\n\n', tokens: 0 },
  ];
}

function toolChunks(toolCall: { name: string; arguments: string }, id: string): object[] {
  const first = { index: 0, id: `call_${id}`, type: 'function', function: { name: toolCall.name, arguments: '' } };
  const fragments = toolCall.arguments.match(/[\s\S]{1,6}/g) ?? [];
  return [
    { tool_calls: [first] },
    ...fragments.map((text) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
  ];
}
