// What recorded exchanges of the last 14 days teach about models: how many tokens each counted for one that was estimated, how
// long its answers get, and under which names it was asked for. Asked of the store in the background and kept for a minute,
// longer where the answer takes long: nobody who wants to know waits for it.
import type { Store } from '../../clickhouse/store.ts';
import type { EstimateRatio } from '../../contract/access/access-document.ts';

export interface LearnedModel {
  provider: string;
  /** Without its date, where it has one. */
  model: string;
  askedAs: string[];
  /** Null: too few calls were estimated. */
  ratio: number | null;
  samples: number;
  /** Of 99 in 100 answers; null: too few. */
  outputTokens: number | null;
}

export interface LearnedModels {
  /** As far as it is known; asks again where that is old. */
  current(): readonly LearnedModel[];
  ratios(): EstimateRatio[];
  /** Resolves when what is known is no older than a minute. Never rejects. */
  fresh(): Promise<readonly LearnedModel[]>;
}

export const fewestSamples = 5;
const fewestAnswers = 20;
const freshMs = 60_000;
const windowMs = 14 * 24 * 60 * 60_000;

const sql = `SELECT toString(provider) AS provider_f,
  replaceRegexpOne(toString(model), '[-@]\\\\d{4}-?\\\\d{2}-?\\\\d{2}$', '') AS model_f,
  groupUniqArray(10)(toString(requested_model)) AS asked_f,
  countIf(counted_input_tokens > 0 AND input_tokens > 0 AND usage_source = 'reported') AS samples_f,
  quantileIf(0.5)(input_tokens / greatest(counted_input_tokens, 1),
    counted_input_tokens > 0 AND input_tokens > 0 AND usage_source = 'reported') AS ratio_f,
  countIf(output_tokens > 0) AS answers_f,
  quantileIf(0.99)(ifNull(output_tokens, 0), output_tokens > 0) AS output_f
FROM {db:Identifier}.exchanges
WHERE ts >= fromUnixTimestamp64Milli({from_ms:Int64}) AND provider != '' AND model != ''
GROUP BY provider_f, model_f
ORDER BY samples_f DESC, answers_f DESC
LIMIT 1000`;

interface Row {
  provider_f: string;
  model_f: string;
  asked_f: string[];
  samples_f: number | string;
  ratio_f: number | null;
  answers_f: number | string;
  output_f: number | null;
}

export interface LearnedModelsOptions {
  store: Pick<Store, 'read'>;
  /** Epoch milliseconds. */
  clock: () => number;
  onProblem(message: string): void;
}

export function createLearnedModels({ store, clock, onProblem }: LearnedModelsOptions): LearnedModels {
  let known: readonly LearnedModel[] = [];
  let staleAt = 0;
  let asking: Promise<void> | null = null;

  async function ask(): Promise<void> {
    const begun = clock();
    try {
      const rows = await store.read<Row>(sql, { from_ms: begun - windowMs });
      known = rows.map(learned);
    } catch (error) {
      onProblem(`estimates: what was learned about models could not be read: ${(error as Error).message}`);
    }
    // A store that takes long to answer is asked less often.
    staleAt = clock() + Math.max(freshMs, 60 * (clock() - begun));
  }
  const refresh = (): Promise<void> => {
    if (clock() < staleAt) return Promise.resolve();
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
  return {
    current() {
      void refresh();
      return known;
    },
    ratios() {
      void refresh();
      return known.flatMap(({ provider, model, ratio, samples }) =>
        ratio === null ? [] : [{ provider, model, ratio, samples }],
      );
    },
    async fresh() {
      await refresh();
      return known;
    },
  };
}

function learned(row: Row): LearnedModel {
  const samples = Number(row.samples_f);
  const ratio = Number(row.ratio_f);
  const isEnough = samples >= fewestSamples && Number.isFinite(ratio) && ratio > 0;
  return {
    ...{ provider: row.provider_f, model: row.model_f, askedAs: row.asked_f, samples },
    // Rounded, so that proxies are not handed a new document for nothing.
    ratio: isEnough ? Number(ratio.toFixed(2)) || 0.01 : null,
    outputTokens: Number(row.answers_f) >= fewestAnswers ? Math.ceil(Number(row.output_f)) : null,
  };
}
