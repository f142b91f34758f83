// For an answer that passes as it came: what another model needs to go on with it.
import { ContinuableStream } from '../../continuation/continuable-stream.ts';
import { ContinuableWriter } from '../../continuation/continuable-writer.ts';
import { dialects } from '../../dialects/index.ts';
import type { Exchange } from '../../exchange.ts';
import { encodingsOf } from '../../observe/body-decoder.ts';
import { parsed } from '../prepare/translated.ts';

/**
 * Null where nobody can go on in the client's format: what is compressed cannot be read as it passes, and OpenAI's Responses
 * number their events and name their items, which a second writer does not know.
 */
export function continuableFor(exchange: Exchange, model: string, encoding: string): ContinuableStream | null {
  const { dialect } = exchange.route;
  const { client, provider } = dialects[dialect];
  if (!client || !provider || dialect === 'openai-responses' || encodingsOf(encoding).length > 0) return null;
  try {
    exchange.neutral ??= client.readRequest(parsed(exchange.body));
  } catch {
    // Whoever answers can read it; nobody else could be asked.
    return null;
  }
  const writer = client.answerWriter({
    exchangeId: exchange.id,
    created: Math.floor(exchange.startedAt / 1000),
    model,
    request: exchange.neutral,
    // Two models have two prices.
    costOf: () => null,
  });
  return new ContinuableStream(provider.eventReader(), new ContinuableWriter(writer));
}
