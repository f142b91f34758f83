// Which requests can go into a batch, and what becomes of one that does.
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { DialectName } from '../../contract/words.ts';
import { dialects } from '../dialects/index.ts';
import { parseObject } from '../dialects/reading/json-reading.ts';
import { rewriteFields } from '../dialects/reading/rewrite-fields.ts';
import { scanTopLevel } from '../dialects/reading/top-level-fields.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Prepared } from '../steps/prepare/prepared.ts';
import { wireOf } from '../upstream/wire.ts';
import { anthropicBatch } from './anthropic-batch.ts';
import type { BatchApi } from './batch-api.ts';
import { openaiBatch, openaiEndpoints } from './openai-batch.ts';

/** Null where this provider has no batch endpoint for requests in this format. */
export function batchApiFor({ quirks }: Pick<ResolvedProvider, 'quirks'>, wire: DialectName | null): BatchApi | null {
  if (wire === null) return null;
  if (quirks.batch === 'openai') return openaiEndpoints[wire] ? openaiBatch : null;
  return quirks.batch === 'anthropic' && wire === 'anthropic-messages' ? anthropicBatch : null;
}

/** A body that nobody could look into is not put into a file with others. */
export function speaksBatch({ route, scan }: Exchange, provider: ResolvedProvider, model: string): boolean {
  const { dialect, operation } = route;
  if (!provider.quirks.batch || scan === null || (operation !== 'chat' && operation !== 'embeddings')) return false;
  return batchApiFor(provider, wireOf({ provider, dialect, operation, model })) !== null;
}

/** A batch answers whole and has a price of its own. */
const notInBatches = ['stream', 'stream_options', 'service_tier'];

/** The same request without its wish for a stream; a client that wished for one has the answer written as one. */
export function batched(exchange: Exchange, prepared: Prepared): Prepared {
  const body = rewriteFields(prepared.body, scanTopLevel(prepared.body), { drop: notInBatches });
  if (!exchange.stream) return { ...prepared, body };
  try {
    exchange.neutral ??=
      dialects[exchange.route.dialect].client?.readRequest(parseObject(exchange.body.toString())) ?? null;
  } catch (error) {
    // Asked at once, its provider may still make sense of it.
    throw new ProxyError('SIGHTLINE_BAD_REQUEST', (error as Error).message);
  }
  return { ...prepared, body, translates: true, hidesUsage: false };
}
