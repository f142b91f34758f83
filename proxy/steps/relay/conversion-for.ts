// Which conversion an answer needs, with all that its writer wants to know of the exchange.
import type { PriceBook } from '../../../catalog/prices.ts';
import type { Usage } from '../../../contract/usage.ts';
import { dialects } from '../../dialects/index.ts';
import type { Exchange } from '../../exchange.ts';
import { AnswerTranslation } from '../../translation/answer-translation.ts';
import type { Conversion } from '../../translation/conversion.ts';
import { EmbeddingsTranslation } from '../../translation/embeddings-translation.ts';
import type { Answered } from '../attempt.ts';
import { embeddingsFor } from '../prepare/embeddings.ts';

export function conversionFor(
  exchange: Exchange,
  { prepared: { target } }: Answered,
  contentType: string,
  prices: PriceBook,
): Conversion {
  let conversion: AnswerTranslation | null = null;
  const costOf = (usage: Usage, reportedCost: string | null, model: string): number | null => {
    const { costNanos } = prices.price({
      provider: target.provider.priceProvider,
      model: model || target.model,
      ...{ usage: conversion?.billed ?? usage, reportedCost },
      usageSource: 'reported',
      at: exchange.startedAt,
      tier: exchange.serviceTier,
    });
    return costNanos === null ? null : costNanos / 1e9;
  };
  const embeddings = embeddingsFor(target);
  if (exchange.embeddings && embeddings) {
    const priced = (usage: Usage, model: string) => costOf(usage, null, model);
    return new EmbeddingsTranslation({ dialect: embeddings, request: exchange.embeddings, costOf: priced });
  }
  const { client } = dialects[exchange.route.dialect];
  if (!client || !exchange.neutral) throw new Error('The request of this exchange was never translated.');
  const writer = client.answerWriter({
    exchangeId: exchange.id,
    created: Math.floor(exchange.startedAt / 1000),
    model: target.model,
    request: exchange.neutral,
    costOf,
  });
  conversion = new AnswerTranslation({ wire: target.wire, contentType, writer, streams: exchange.stream, newCallId });
  return conversion;
}

/** As OpenAI's own look, so that nobody's pattern is surprised. */
function newCallId(): string {
  return `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
}
