// Answers as Gemini says them: candidates with parts, thoughts as parts of their own, usageMetadata on every chunk.
import { estimateTokenCount } from 'tokenx';
import type { Random } from './random.ts';
import { type Ask, piecesOf, type Script } from './script.ts';
import { contentText, type Json, listOf, numberOf, objectOf, textOf } from './wire-json.ts';

/** What a generateContent request asks. */
export function readGeminiAsk(body: Json): Ask {
  const contents = listOf(body.contents).map(objectOf);
  const instructions = contentText(objectOf(body.systemInstruction).parts);
  const declarations = listOf(body.tools).flatMap((tool) => listOf(objectOf(tool).functionDeclarations));
  const texts = contents.map((content) => contentText(content.parts));
  const users = contents.filter((content) => content.role !== 'model').map((content) => contentText(content.parts));
  return {
    instructions,
    lastUser: users.findLast((text) => text !== '') ?? '',
    all: [instructions, ...texts].join('\n') + (declarations.length > 0 ? JSON.stringify(declarations) : ''),
    toolNames: declarations.map((declaration) => textOf(objectOf(declaration).name)),
    answersTool: listOf(contents.at(-1)?.parts).some((part) => objectOf(part).functionResponse !== undefined),
    maxTokens: numberOf(objectOf(body.generationConfig).maxOutputTokens),
  };
}

export interface Content {
  body: Json;
  script: Script;
  cachedTokens: number;
  model: string;
  random: Random;
}

/** The whole answer. */
export function wholeContent(content: Content): Json {
  const { script } = content;
  return frame(content, {
    parts: [...thoughts(content), ...answerParts(content)],
    outputTokens: script.outputTokens,
    finished: true,
  });
}

/** The same as chunks, each with the tokens that it stands for. Function calls come whole, in one part. */
export function contentChunks(content: Content): { json: Json; tokens: number }[] {
  const { script, random } = content;
  const shared = { ...content, random, responseId: random.letters(23) };
  const texts = script.toolCall ? [] : piecesOf(script.text, random, 12);
  const parts: { part: Json; tokens: number }[] = [
    ...thoughts(content).map((part) => ({ part, tokens: 0 })),
    ...texts.map((text) => ({ part: { text }, tokens: estimateTokenCount(text) })),
    ...(script.toolCall ? answerParts(content).map((part) => ({ part, tokens: script.outputTokens })) : []),
  ];
  if (parts.length === 0) parts.push({ part: { text: '' }, tokens: 0 });
  let soFar = 0;
  return parts.map(({ part, tokens }, index) => {
    const finished = index === parts.length - 1;
    soFar = finished ? script.outputTokens : Math.min(script.outputTokens, soFar + tokens);
    return { json: frame(shared, { parts: [part], outputTokens: soFar, finished }), tokens };
  });
}

/** The prompt itself was refused: no candidate at all. */
export function blockedPrompt(content: Content): Json {
  const { script, model, random } = content;
  return {
    promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
    usageMetadata: usageOf({ ...content, script: { ...script, reasoningTokens: 0 } }, 0),
    modelVersion: model,
    responseId: random.letters(23),
  };
}

interface Frame {
  parts: Json[];
  outputTokens: number;
  finished: boolean;
}

function frame(content: Content & { responseId?: string }, { parts, outputTokens, finished }: Frame): Json {
  const { script, model, random } = content;
  // Gemini never says that it stopped for a tool call: it says STOP.
  const finishReason = script.finish === 'length' ? 'MAX_TOKENS' : 'STOP';
  return {
    candidates: [{ content: { parts, role: 'model' }, ...(finished ? { finishReason } : {}), index: 0 }],
    usageMetadata: usageOf(content, outputTokens),
    modelVersion: model,
    responseId: content.responseId ?? random.letters(23),
  };
}

function usageOf({ script, cachedTokens }: Content, outputTokens: number): Json {
  const { inputTokens, reasoningTokens } = script;
  return {
    promptTokenCount: inputTokens,
    ...(outputTokens > 0 ? { candidatesTokenCount: outputTokens } : {}),
    totalTokenCount: inputTokens + outputTokens + reasoningTokens,
    ...(cachedTokens > 0 ? { cachedContentTokenCount: cachedTokens } : {}),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
    serviceTier: 'standard',
  };
}

function thoughts({ body, script }: Content): Json[] {
  const config = objectOf(objectOf(body.generationConfig).thinkingConfig);
  return config.includeThoughts === true && script.reasoning ? [{ text: script.reasoning, thought: true }] : [];
}

function answerParts({ script, random }: Content): Json[] {
  if (!script.toolCall) return [{ text: script.text }];
  const { name, arguments: json } = script.toolCall;
  // Gemini 3 wants this signature back with the function call.
  return [{ functionCall: { name, args: JSON.parse(json) }, thoughtSignature: `Eq${random.letters(90)}==` }];
}
