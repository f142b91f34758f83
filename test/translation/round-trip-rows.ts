// The formats in which a request can be written and read again, each with what it can say, and with what of a request is said
// in full, or otherwise, once it has been through it.
import { type ProviderQuirks, wellKnownProvider } from '../../catalog/providers.ts';
import type { DialectName } from '../../contract/words.ts';
import type { Message, NeutralRequest, Part } from '../../proxy/dialects/neutral/request.ts';
import { everyFeature, type Features } from './conversations.ts';

export interface RequestRow {
  name: string;
  dialect: DialectName;
  model: string;
  quirks: ProviderQuirks;
  /** All that the format has words for. */
  sayable: Features;
  /** What it tells that it left out, though it changes nothing. */
  leaves?: RegExp;
  /** Of a request as it was and as it was read: what must be equal. */
  canonical(request: NeutralRequest): NeutralRequest;
}

const plain: ProviderQuirks = { streamUsage: 'ask' };

const chat: Features = {
  ...everyFeature,
  ...{ fileUrls: false, toolImages: false, failedResults: false, resultNames: false, reasoning: false },
  ...{ seals: [], cacheMarks: false },
};

/** Left out: names, sound, cache marks, and settings that /responses has no word for. */
const responses: Features = {
  ...{ system: true, systemAnywhere: true, severalTexts: true, userAfterAnything: true, images: true, imageUrls: true },
  ...{ files: true, fileUrls: true, fileIds: true, refusals: true, tools: true, toolRounds: true, toolImages: true },
  ...{ seals: ['openai'], answerFormats: true, sampling: true, logprobs: true, user: true, metadata: true },
  ...{ cacheKey: true, serviceTier: true, extra: true },
};

const messages: Features = {
  ...{ system: true, severalTexts: true, images: true, imageUrls: true, files: true, fileUrls: true, tools: true },
  ...{ toolRounds: true, toolImages: true, failedResults: true, seals: ['anthropic'], topK: true, stops: true },
  ...{ user: true, userAfterAnything: true },
};

export const requestRows: readonly RequestRow[] = [
  {
    ...{ name: 'OpenAI’s chat', dialect: 'openai-chat', model: 'some-model', quirks: plain, sayable: chat },
    canonical: (request) => request,
  },
  {
    ...{ name: 'OpenAI’s chat as OpenRouter has it', dialect: 'openai-chat', model: 'some-model' },
    quirks: { ...plain, ...wellKnownProvider('openrouter')?.quirks, streamUsage: 'ask' },
    sayable: { ...chat, reasoning: true, seals: ['openrouter'], cacheMarks: true, fileUrls: true },
    canonical: (request) => request,
  },
  {
    ...{ name: 'OpenAI’s responses', dialect: 'openai-responses', model: 'some-model', quirks: plain },
    ...{ sayable: responses, canonical: asResponses },
  },
  {
    ...{ name: 'Anthropic’s messages', dialect: 'anthropic-messages', model: 'claude-3-7-sonnet', quirks: plain },
    ...{ sayable: messages, leaves: /\.detail$/, canonical: asMessages },
  },
];

/** What every one of them can say, so that it can go through all of them in turn. */
export const sayableEverywhere: Features = {
  ...{ system: true, images: true, imageUrls: true, files: true, tools: true, toolRounds: true, user: true },
};

/** A few things that may be left open are said in full. */
function asResponses(request: NeutralRequest): NeutralRequest {
  const { answerFormat, tools } = request;
  return {
    ...request,
    messages: request.messages.map((message) => ({ ...message, content: message.content.map(inFull) })),
    tools: tools.map((tool) => ({ ...tool, strict: tool.strict ?? false })),
    answerFormat:
      answerFormat?.type === 'schema' ? { ...answerFormat, strict: answerFormat.strict ?? false } : answerFormat,
  };
}

function inFull<Said extends Part>(part: Said): Said {
  if (part.type === 'image') return { ...part, detail: part.detail || 'auto' };
  if (part.type !== 'tool-result') return part;
  return { ...part, content: part.content.map(inFull) };
}

/** Turns of one side are one message; parallel calls are allowed unless forbidden; with "none" there are no calls. */
export function asMessages(request: NeutralRequest): NeutralRequest {
  const joined: Message[] = [];
  for (const { role, content } of request.messages) {
    const last = joined.at(-1);
    const said = content.map(withoutDetail);
    if (last?.role === role && role !== 'tool') last.content.push(...said);
    else joined.push({ role, name: '', content: said });
  }
  // Strictness is for newer models.
  const tools = request.tools.map((tool) => ({ ...tool, strict: null }));
  const forbidden = request.parallelToolCalls === false;
  const toolChoice = request.toolChoice ?? (forbidden ? ({ type: 'auto' } as const) : null);
  const unsaid = !forbidden && request.toolChoice === null;
  const parallelToolCalls = unsaid || toolChoice?.type === 'none' ? null : request.parallelToolCalls;
  const maxTokens = request.maxTokens ?? 64_000;
  return { ...request, messages: joined, tools, toolChoice, parallelToolCalls, maxTokens };
}

function withoutDetail<Said extends Part>(part: Said): Said {
  if (part.type === 'image') return { ...part, detail: '' };
  if (part.type !== 'tool-result') return part;
  return { ...part, content: part.content.map(withoutDetail) };
}
