// Which conversion an answer needs, with all that its writer wants to know of the exchange.
import { tierInUsage, tierPaid } from '../../../catalog/service-tier.ts';
import type { Usage } from '../../../contract/usage.ts';
import { ContinuableWriter } from '../../continuation/continuable-writer.ts';
import type { Continuation } from '../../continuation/continuation.ts';
import { dialects } from '../../dialects/index.ts';
import type { AnswerWriter, WriterContext } from '../../dialects/neutral/writer.ts';
import type { Exchange } from '../../exchange.ts';
import type { Target } from '../../target.ts';
import { tierAt } from '../../target.ts';
import { AnswerTranslation } from '../../translation/answer-translation.ts';
import type { Conversion } from '../../translation/conversion.ts';
import { EmbeddingsTranslation } from '../../translation/embeddings-translation.ts';
import type { Answered } from '../attempt.ts';
import { embeddingsFor } from '../prepare/embeddings.ts';
import type { RelayOptions } from './translated.ts';

export interface ConversionOptions extends Pick<RelayOptions, 'prices' | 'continuation' | 'goesOn'> {
  contentType: string;
}

export function conversionFor(
  exchange: Exchange,
  { prepared: { target } }: Answered,
  { contentType, prices, continuation = null, goesOn }: ConversionOptions,
): Conversion {
  let conversion: AnswerTranslation | null = null;
  const costOf = (usage: Usage, reportedCost: string | null, model: string): number | null => {
    const paid = conversion?.paid;
    const answered = paid?.tier || tierInUsage(usage.raw);
    const { costNanos } = prices.price({
      provider: target.provider.priceProvider,
      model: model || target.model,
      ...{ usage: conversion?.billed ?? usage, reportedCost },
      usageSource: 'reported',
      at: exchange.startedAt,
      tier: tierPaid({ asked: tierAt(target, exchange.serviceTier), answered }),
      counted: paid?.counted,
    });
    return costNanos === null ? null : costNanos / 1e9;
  };
  const embeddings = embeddingsFor(target);
  if (exchange.embeddings && embeddings) {
    const priced = (usage: Usage, model: string) => costOf(usage, null, model);
    return new EmbeddingsTranslation({ dialect: embeddings, request: exchange.embeddings, costOf: priced });
  }
  const writer = goesOn ?? writerFor(exchange, target, { costOf, continuation });
  conversion = new AnswerTranslation({ wire: target.wire, contentType, writer, streams: exchange.stream, newCallId });
  return conversion;
}

type CostOf = WriterContext['costOf'];

/** One that can be gone on with, where the route wants that. */
function writerFor(
  exchange: Exchange,
  { model }: Target,
  { costOf, continuation }: { costOf: CostOf; continuation: Continuation | null },
): AnswerWriter {
  const { client } = dialects[exchange.route.dialect];
  const { neutral: request } = exchange;
  if (!client || !request) throw new Error('The request of this exchange was never translated.');
  const context = { exchangeId: exchange.id, created: Math.floor(exchange.startedAt / 1000), model, request };
  if (!continuation) return client.answerWriter({ ...context, costOf });
  // Two models have two prices, and usage that is the sum of both has none.
  const known: CostOf = (...used) => (writer.goesOn ? null : costOf(...used));
  const writer = new ContinuableWriter(client.answerWriter({ ...context, costOf: known }));
  return writer;
}

/** As OpenAI's own look, so that nobody's pattern is surprised. */
function newCallId(): string {
  return `call_${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
}
