// What the pairs add up to: each side by itself, and the difference of the two over pairs in which both went well.
import type { PriceBook } from '../../catalog/prices.ts';
import { inputTokens, outputTokens } from '../../proxy/tap/usage-totals.ts';
import type { Measured } from './call.ts';
import type { MeasuredPair } from './run-pairs.ts';
import type { Pair, SideName } from './sides.ts';
import { type Difference, difference, mean, percentile } from './statistics.ts';

type Percentiles<Value> = { p50: Value; p95: Value };
const times = ['firstByteMs', 'firstTokenMs', 'totalMs'] as const;
const perCall = ['inputTokens', 'outputTokens', 'costNanos'] as const;
export type TimeName = (typeof times)[number];
export type PerCallName = (typeof perCall)[number];

export interface SideFigures {
  calls: number;
  /** How often each thing went wrong. */
  errors: Record<string, number>;
  times: Record<TimeName, Percentiles<number | null>>;
  /** Means over the calls of which they are known; null when none is. */
  perCall: Record<PerCallName, number | null>;
  /** Calls that went well and have no known cost. */
  unpriced: number;
}

export interface Comparison {
  provider: string;
  model: string;
  stream: boolean;
  pairs: number;
  /** Pairs in which both calls went well: those that the differences are about. */
  compared: number;
  direct: SideFigures;
  proxied: SideFigures;
  difference: { times: Record<TimeName, Percentiles<Difference>>; perCall: Record<PerCallName, Difference> };
  /** What the proxy itself says it took before the calls left, in milliseconds. */
  ownMs: Percentiles<number | null>;
}

export interface ComparisonParts {
  pair: Pair;
  stream: boolean;
  prices: Pick<PriceBook, 'price'>;
  random: () => number;
}

type Figures = Record<TimeName | PerCallName, number | null>;

export function compared(pairs: readonly MeasuredPair[], parts: ComparisonParts): Comparison {
  const figured = pairs.map((pair) => ({
    direct: figuresOf(pair.direct, parts),
    proxied: figuresOf(pair.proxied, parts),
  }));
  const both = figured.filter(({ direct, proxied }) => direct && proxied) as Record<SideName, Figures>[];
  const known = (name: TimeName | PerCallName): [number, number][] =>
    both.flatMap(({ direct, proxied }) => {
      const [one, other] = [direct[name], proxied[name]];
      return one === null || other === null ? [] : [[one, other] as [number, number]];
    });
  const differs = (name: TimeName | PerCallName, figure: Parameters<typeof difference>[1]): Difference =>
    difference(known(name), figure, parts.random);
  const sideOf = (name: SideName): SideFigures =>
    sideFigures(
      pairs.map((pair) => pair[name]),
      figured.flatMap((one) => one[name] ?? []),
    );
  return {
    ...{ provider: parts.pair.provider.name, model: parts.pair.model, stream: parts.stream },
    ...{ pairs: pairs.length, compared: both.length, direct: sideOf('direct'), proxied: sideOf('proxied') },
    difference: {
      times: each(times, (name) => ({ p50: differs(name, at(0.5)), p95: differs(name, at(0.95)) })),
      perCall: each(perCall, (name) => differs(name, mean)),
    },
    ownMs: percentiles(pairs.flatMap(({ proxied }) => proxied.ownMs ?? [])),
  };
}

/** Null for a call that went wrong: how long a failure takes says nothing about answers. */
function figuresOf(measured: Measured, { pair, prices }: ComparisonParts): Figures | null {
  const { error, firstByteMs, firstTokenMs, totalMs, usage, responseModel, reportedCost, startedAt } = measured;
  if (error !== null) return null;
  const priced = usage
    ? prices.price({
        ...{ provider: pair.provider.priceProvider, model: responseModel || pair.model, usage },
        ...{ usageSource: 'reported', at: startedAt, reportedCost },
      })
    : null;
  return {
    ...{ firstByteMs, firstTokenMs, totalMs, costNanos: priced?.costNanos ?? null },
    ...{ inputTokens: usage && inputTokens(usage), outputTokens: usage && outputTokens(usage) },
  };
}

function sideFigures(calls: readonly Measured[], good: readonly Figures[]): SideFigures {
  const errors: Record<string, number> = {};
  for (const { error } of calls) if (error !== null) errors[error] = (errors[error] ?? 0) + 1;
  const known = (name: TimeName | PerCallName): number[] => good.flatMap((figures) => figures[name] ?? []);
  return {
    ...{ calls: calls.length, errors },
    times: each(times, (name) => percentiles(known(name))),
    perCall: each(perCall, (name) => mean(known(name))),
    unpriced: good.filter(({ costNanos }) => costNanos === null).length,
  };
}

const at =
  (fraction: number) =>
  (samples: readonly number[]): number | null =>
    percentile(samples, fraction);

const percentiles = (samples: readonly number[]): Percentiles<number | null> => ({
  p50: percentile(samples, 0.5),
  p95: percentile(samples, 0.95),
});

const each = <Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value): Record<Name, Value> =>
  Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
