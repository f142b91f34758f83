// Everything about how to answer: sampling, length, format, thinking. https://ai.google.dev/api/generate-content#GenerationConfig
import type { NeutralRequest } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import { isGemini3OrLater } from './model-generation.ts';
import { thinkingOf } from './thinking.ts';

/** "stop_sequences … can have up to 5". */
const maximumStops = 5;

export function generationConfig(
  request: NeutralRequest,
  model: string,
  unsupported: Unsupported[],
): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  const say = (name: string, value: unknown): void => {
    if (value !== null) config[name] = value;
  };
  say('maxOutputTokens', request.maxTokens);
  say('temperature', request.temperature);
  say('topP', request.topP);
  say('topK', request.topK);
  say('presencePenalty', penalty(request.presencePenalty));
  say('frequencyPenalty', penalty(request.frequencyPenalty));
  say('candidateCount', request.choices);
  // A protocol buffer's int32; OpenAI's clients may say more.
  if (request.seed === null || (request.seed | 0) === request.seed) say('seed', request.seed);
  else unsupported.push({ field: 'seed', changesAnswer: false, reason: 'Gemini takes 32 bits' });
  if (request.stop.length > 0) config.stopSequences = request.stop.slice(0, maximumStops);
  if (request.stop.length > maximumStops)
    unsupported.push({ field: 'stop', changesAnswer: true, reason: `Gemini takes ${maximumStops} of them` });
  if (request.logprobs !== null) {
    config.responseLogprobs = true;
    if (request.logprobs.top > 0) config.logprobs = request.logprobs.top;
  }
  writeFormat(request, model, config, unsupported);
  writeThinking(request, model, config, unsupported);
  return config;
}

/** OpenAI's range ends with 2, Google's just before it. */
const penalty = (value: number | null): number | null => (value === null ? null : Math.min(value, 1.99));

function writeFormat(
  { answerFormat, tools }: NeutralRequest,
  model: string,
  config: Record<string, unknown>,
  unsupported: Unsupported[],
): void {
  if (answerFormat === null || answerFormat.type === 'text') return;
  // "Function calling with a response mime type: 'application/json' is unsupported", said by everything before Gemini 3.
  if (tools.length > 0 && !isGemini3OrLater(model)) {
    const reason = `${model} takes tools or a JSON format, not both`;
    unsupported.push({ field: 'answerFormat', changesAnswer: true, reason });
    return;
  }
  config.responseMimeType = 'application/json';
  if (answerFormat.type === 'schema') config.responseJsonSchema = answerFormat.schema;
}

function writeThinking(
  { reasoning }: NeutralRequest,
  model: string,
  config: Record<string, unknown>,
  unsupported: Unsupported[],
): void {
  if (reasoning === null) return;
  const thinking = thinkingOf(reasoning, model);
  if (thinking.config !== null) config.thinkingConfig = thinking.config;
  if (thinking.problem !== '') unsupported.push({ field: 'reasoning', changesAnswer: false, reason: thinking.problem });
}
