// An invoice's lines gathered by day, provider and model, under the names that the record goes by.
import type { InvoiceLine } from './read-invoice.ts';

export interface InvoiceDay {
  day: string;
  provider: string;
  model: string;
  /** Nano-dollars; null where no line has an amount. */
  nanos: bigint | null;
  slackNanos: bigint;
  /** Where the file splits amounts. */
  bucketNanos: Map<string, bigint>;
  requests: number | null;
  tokens: Map<string, number>;
}

const attoPerNano = 10n ** 9n;

export type ModelName = (provider: string, model: string) => string;

/** `provider`: for lines that name none. `nameOf`: one name for all that a model goes by. */
export function gatherDays(
  lines: readonly InvoiceLine[],
  { provider: given, nameOf }: { provider: string; nameOf: ModelName },
): Map<string, InvoiceDay> {
  const sums = new Map<string, InvoiceDay & { atto: bigint; slackAtto: bigint; bucketAtto: Map<string, bigint> }>();
  for (const line of lines) {
    const provider = line.provider || given;
    const model = nameOf(provider, line.model);
    const key = dayKey({ day: line.day, provider, model });
    const sum = sums.get(key) ?? {
      ...{ day: line.day, provider, model, nanos: null, slackNanos: 0n, bucketNanos: new Map(), requests: null },
      ...{ tokens: new Map<string, number>(), atto: 0n, slackAtto: 0n, bucketAtto: new Map<string, bigint>() },
    };
    sums.set(key, sum);
    if (line.amount !== null) {
      sum.nanos = 0n;
      sum.atto += line.amount;
      sum.slackAtto += line.slack;
      if (line.bucket !== '') sum.bucketAtto.set(line.bucket, (sum.bucketAtto.get(line.bucket) ?? 0n) + line.amount);
    }
    if (line.requests !== null) sum.requests = (sum.requests ?? 0) + line.requests;
    for (const [name, tokens] of Object.entries(line.tokens))
      sum.tokens.set(name, (sum.tokens.get(name) ?? 0) + tokens);
  }
  for (const sum of sums.values()) {
    if (sum.nanos !== null) sum.nanos = rounded(sum.atto);
    sum.slackNanos = (sum.slackAtto + attoPerNano - 1n) / attoPerNano;
    for (const [bucket, atto] of sum.bucketAtto) sum.bucketNanos.set(bucket, rounded(atto));
  }
  return sums;
}

export const dayKey = ({ day, provider, model }: Pick<InvoiceDay, 'day' | 'provider' | 'model'>): string =>
  `${day}\n${provider}\n${model}`;

const rounded = (atto: bigint): bigint => (atto + attoPerNano / 2n) / attoPerNano;
