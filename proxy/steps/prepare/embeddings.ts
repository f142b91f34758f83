// Embeddings for a target that speaks another format than OpenAI's.

import { vertexEmbeddings } from '../../dialects/gemini/vertex-embeddings.ts';
import { dialects } from '../../dialects/index.ts';
import type { EmbeddingsDialect } from '../../dialects/neutral/embeddings.ts';
import { readEmbeddingsRequest } from '../../dialects/openai-embeddings/request-reader.ts';
import type { Exchange } from '../../exchange.ts';
import type { Target } from '../../target.ts';
import { type UnsupportedPolicy, UnsupportedRequest } from '../../translation/translate-request.ts';
import type { Prepared } from './prepared.ts';
import { notTranslatable, parsed } from './translated.ts';

/** Gemini's models embed in one way at AI Studio and in another on Vertex AI. */
export function embeddingsFor({ provider, wire }: Target): EmbeddingsDialect | undefined {
  return provider.dialect === 'vertex' ? vertexEmbeddings : dialects[wire].embeddings;
}

export function translatedEmbeddings(exchange: Exchange, target: Target, policy: UnsupportedPolicy): Prepared {
  const embeddings = embeddingsFor(target);
  if (!embeddings || exchange.route.dialect !== 'openai-embeddings') throw notTranslatable(exchange, target);
  exchange.embeddings ??= readEmbeddingsRequest(parsed(exchange.body));
  const facts = { model: target.model, quirks: target.provider.quirks, maxOutputTokens: null };
  const { body, headers, unsupported } = embeddings.writeRequest(exchange.embeddings, facts);
  const refused = unsupported.find(({ changesAnswer }) => (policy === null ? changesAnswer : policy === 'reject'));
  if (refused) throw new UnsupportedRequest(refused.field, refused.reason);
  const notes = unsupported.map(({ field, reason }) => `dropped ${field} (${reason})`);
  return { target, body: Buffer.from(JSON.stringify(body)), headers, translates: true, hidesUsage: false, notes };
}
