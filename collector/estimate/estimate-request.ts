// What one request would take at each target that is known to serve its model. Pure: whatever was learned comes in.
import type { PriceBook } from '../../catalog/prices.ts';
import { countRequest } from '../../catalog/tokens/count-request.ts';
import { outputLimit } from '../../catalog/tokens/output-limit.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { EstimateAnswer, EstimatedTarget, EstimateQuestion } from '../../contract/questions/estimate.ts';
import { unknownUsage } from '../../contract/usage.ts';
import type { LearnedModel } from './learned-models.ts';

export interface EstimateWorld {
  providers: readonly Pick<ResolvedProvider, 'name' | 'priceProvider'>[];
  prices: PriceBook;
  learned: readonly LearnedModel[];
  now: number;
}

/** Where the request sets no limit and too few answers are known; the same as budgets reserve. */
export const assumedOutputTokens = 4096;
const mostTargets = 10;

type Target = Pick<LearnedModel, 'provider' | 'model'>;

export function estimateRequest(question: EstimateQuestion, world: EstimateWorld): EstimateAnswer {
  const counted = countRequest(question)?.tokens ?? null;
  const limit = outputLimit((name) => question[name]);
  const byTarget = targetsOf(question, world).map((target) => estimateAt(target, { counted, limit }, world));
  const first = byTarget[0] ?? estimateAt({ provider: '', model: question.model }, { counted, limit }, world);
  const { inputTokens, outputTokens, costNanos, priceVersion, ratio, samples } = first;
  return {
    ...{ inputTokens, countedTokens: counted, outputTokens, costNanos, priceVersion, ratio, samples, byTarget },
    explanation: explanationOf(first, counted, byTarget.length),
  };
}

/** Named by the request, else whoever answered to this name lately, else whoever the price book knows to have it. */
function targetsOf({ model: asked, provider }: EstimateQuestion, world: EstimateWorld): Target[] {
  const { providers, prices, learned } = world;
  if (typeof provider === 'string' && provider !== '') return [{ provider, model: asked }];
  const slash = asked.indexOf('/');
  const named = slash > 0 && providers.find(({ name }) => name === asked.slice(0, slash));
  if (named) return [{ provider: named.name, model: asked.slice(slash + 1) }];
  const answered = learned.filter(({ model, askedAs }) => model === asked || askedAs.includes(asked));
  const listed = providers
    .filter(({ priceProvider }) => prices.knows(priceProvider, asked))
    .map(({ name }) => ({ provider: name, model: asked }));
  const isNew = (one: Target, at: number, all: Target[]): boolean =>
    all.findIndex(({ provider, model }) => provider === one.provider && model === one.model) === at;
  return [...answered, ...listed].filter(isNew).slice(0, mostTargets);
}

function estimateAt(
  { provider, model }: Target,
  { counted, limit }: { counted: number | null; limit: number | null },
  { providers, prices, learned, now }: EstimateWorld,
): EstimatedTarget {
  const known = learned.find((one) => one.provider === provider && one.model === model);
  const ratio = known?.ratio ?? 1;
  const inputTokens = counted === null ? null : Math.round(counted * ratio);
  const outputTokens = limit ?? known?.outputTokens ?? assumedOutputTokens;
  const priceProvider = providers.find(({ name }) => name === provider)?.priceProvider ?? provider;
  const usage = { ...unknownUsage, inputUncached: inputTokens, outputText: outputTokens };
  const priced = prices.price({ provider: priceProvider, model, usage, usageSource: 'estimated', at: now });
  return {
    ...{ provider, model, inputTokens, outputTokens },
    outputBasis: limit !== null ? 'request' : known?.outputTokens ? 'recorded' : 'assumed',
    costNanos: inputTokens === null || priced.costNanos === null ? null : String(priced.costNanos),
    priceVersion: priced.priceVersion,
    ratio,
    samples: known?.ratio ? known.samples : 0,
  };
}

const bases = {
  request: 'the limit in the request',
  recorded: 'what 99 of 100 recorded answers stay under',
  assumed: 'a guess, because the request sets no limit',
} as const;

function explanationOf(first: EstimatedTarget, counted: number | null, targets: number): string {
  const input =
    counted === null
      ? 'The request holds pictures, sound or files, or a part of it lies with the provider, so its tokens are unknown.'
      : `About ${counted} tokens were counted; times ${first.ratio} (${
          first.samples > 0 ? `learned from ${first.samples} calls` : 'nothing learned yet'
        }) makes ${first.inputTokens}.`;
  const output = `Up to ${first.outputTokens} tokens of answer: ${bases[first.outputBasis]}.`;
  const where = targets === 0 ? ' Nobody is known to serve this model.' : '';
  const price = first.costNanos === null ? 'Its price is unknown.' : `Priced by ${first.priceVersion}.`;
  return `${input} ${output} ${price}${where}`;
}
