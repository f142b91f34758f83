// Embeddings as OpenAI gives them: little-endian float32 in base64 when the client asks so (its own SDK does), else numbers.
import { estimateTokenCount } from 'tokenx';
import { drawFault } from './fault.ts';
import { type OpenAiEndpoint, openAiFault, whole } from './openai-answers.ts';
import { createRandom } from './random.ts';
import type { SimulatedAnswer } from './simulated-server.ts';
import { listOf, numberOf, textOf } from './wire-json.ts';

/** Answers POST /v1/embeddings. Equal texts get equal vectors, of length 1. */
export function answerEmbeddings({ call, body, profile, severity, headers }: OpenAiEndpoint): SimulatedAnswer {
  const fault = drawFault(profile, call.random, severity);
  if (fault === 'rate-limited' || fault === 'overloaded') return openAiFault(headers, fault);
  const inputs = typeof body.input === 'string' ? [body.input] : listOf(body.input).map(textOf);
  const dimensions = Math.min(1536, Math.max(1, numberOf(body.dimensions) ?? 1536));
  const data = inputs.map((text, index) => {
    const vector = unitVector(text, dimensions);
    const embedding =
      body.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector);
    return { object: 'embedding', index, embedding };
  });
  const tokens = inputs.reduce((sum, text) => sum + Math.max(1, estimateTokenCount(text)), 0);
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  const afterMs = call.random.logNormal(profile.firstTokenMs, profile.spread);
  return whole(
    200,
    { ...headers, 'openai-model': profile.answersAs },
    { object: 'list', data, model: profile.answersAs, usage },
    afterMs,
  );
}

function unitVector(text: string, dimensions: number): Float32Array {
  const random = createRandom(text);
  const vector = Float32Array.from({ length: dimensions }, () => random.next() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
