// Answers the dashboard's questions about spend with invented data, checked against the contract before it leaves.
import { Budget } from '../../contract/access/budget.ts';
import { type BudgetCourse, BudgetCourseAnswer } from '../../contract/questions/budget-course.ts';
import { ForecastAnswer } from '../../contract/questions/forecast.ts';
import { ReconcileAnswer } from '../../contract/questions/reconcile.ts';
import { RoutingMissesAnswer } from '../../contract/questions/routing-misses.ts';
import { SavingsAnswer } from '../../contract/questions/savings.ts';
import { type KindSpend, type Spend, SpendAnswer, SpendQuery } from '../../contract/questions/spend.ts';
import { repeatable } from './dashboard-exchanges.ts';

const timezone = 'Europe/Berlin';
const dollar = 1_000_000_000;
const hour = 3_600_000;

export interface SpendOptions {
  /** Nothing was asked, no budget is set. */
  calm?: boolean | undefined;
  /** Nobody says which team it is. */
  anonymous?: boolean | undefined;
}

export const namedKey = { id: 'key_support00001', name: 'Support desk' };
const groupsBy: Record<string, string[]> = {
  team: ['support', 'platform', 'finance', ''],
  app: ['helpdesk', 'router', 'ledger', ''],
  key: [namedKey.id, 'key_platform0001', ''],
  user: ['ann', 'bob', ''],
  task: ['support-reply', 'summarise-ticket', 'classify-intent', ''],
  model: ['gpt-5.6-luna', 'claude-opus-5', 'gemini-3-flash', 'llama-4-scout'],
  provider: ['openai', 'anthropic', 'google', 'house'],
};
const nothing: Spend = {
  ...{ requests: 0, costNanos: null, savedNanos: null, inputTokens: null, outputTokens: null },
  ...{ unpriced: 0, unpricedTokens: null, kinds: [] },
};

function kindsOf(nanos: number): KindSpend[] {
  const shares = { inputUncached: 0.3, inputCacheRead: 0.08, inputCacheWrite5m: 0.05, outputText: 0.37, fees: 0.02 };
  const kinds = Object.entries(shares).map(([kind, share]) => ({
    kind: kind as KindSpend['kind'],
    tokens: kind === 'fees' ? null : Math.round((nanos * share) / 900),
    costNanos: String(Math.round(nanos * share)),
  }));
  const rest = nanos - kinds.reduce((sum, { costNanos }) => sum + Number(costNanos), 0);
  return [...kinds, { kind: 'outputReasoning', tokens: Math.round(rest / 4000), costNanos: String(rest) }];
}

function spendOf(nanos: number, unpriced: number): Spend {
  return {
    ...{ requests: Math.round(nanos / 4e6), costNanos: String(nanos), savedNanos: String(Math.round(nanos / 9)) },
    ...{ inputTokens: Math.round(nanos / 2000), outputTokens: Math.round(nanos / 9000) },
    ...{ unpriced, unpricedTokens: unpriced === 0 ? null : unpriced * 1800, kinds: kindsOf(nanos) },
  };
}

function spendAnswer(query: SpendQuery, { calm, anonymous }: SpendOptions): SpendAnswer {
  const head = { step: query.step, timezone };
  if (calm) return { ...head, total: nothing, rows: [], groups: 0, series: [] };
  const by = query.by;
  const names = anonymous && by === 'team' ? [''] : (groupsBy[by] ?? kindsOf(1e9).map(({ kind }) => kind));
  const width = query.step * 1000;
  const random = repeatable(names.length);
  const series: SpendAnswer['series'] = [];
  for (let at = Math.ceil(query.from / width) * width; at < query.to; at += width)
    for (const [index, group] of names.entries()) {
      const nanos = Math.round(((width / hour) * dollar * (0.6 + random())) / (index + 2));
      series.push({ at, group, costNanos: group === 'llama-4-scout' ? null : String(nanos) });
    }
  const sumOf = (group: string) =>
    series.filter((point) => point.group === group).reduce((sum, { costNanos }) => sum + Number(costNanos), 0);
  const total = names.reduce((sum, group) => sum + sumOf(group), 0);
  const rows = names.map((group, index) => ({ group, ...spendOf(sumOf(group), index === 3 ? 41 : 0) }));
  return {
    ...head,
    total: spendOf(total, 41),
    rows: by === 'kind' ? [] : rows,
    ...{ groups: names.length, series },
  };
}

function courseOf(budget: Partial<Budget>, share: number, changes: Partial<BudgetCourse>): BudgetCourse {
  const whole = Budget.parse({ limitUsd: 50, per: 'day', ...budget });
  const from = Math.floor(Date.now() / (24 * hour)) * 24 * hour;
  const limit = whole.limitUsd * dollar;
  const now = Date.now();
  const steps = Array.from({ length: 12 }, (_, step) => ({
    at: Math.round(from + ((now - from) * (step + 1)) / 12),
    nanos: String(Math.round((limit * share * (step + 1)) / 12)),
  }));
  return {
    ...{ budget: whole, value: '', from, to: from + 24 * hour, limitNanos: String(limit), unpriced: 0 },
    ...{ spentNanos: String(Math.round(limit * share)), course: steps, hit: 'not in this period', hitAt: null },
    ...changes,
  };
}

function budgetCourses(): BudgetCourse[] {
  const passedAt = Date.now() - hour / 2;
  return [
    courseOf({ name: 'gpt-4o', for: { model: 'gpt-4o' } }, 1.04, { hit: 'passed', hitAt: passedAt }),
    courseOf({ name: 'each key', each: 'key', hard: false }, 0.82, {
      ...{ value: namedKey.id, unpriced: 3, hit: 'expected', hitAt: Date.now() + 2 * hour },
    }),
    courseOf({ name: 'everything', limitUsd: 900, per: 'month' }, 0.4, {}),
    courseOf({ name: 'house', for: { provider: 'house' } }, 0, {
      ...{ spentNanos: null, course: [], unpriced: 12, hit: 'unknown' },
    }),
  ];
}

const savings: SavingsAnswer = {
  cache: {
    ...{ requests: 4100, served: 1700, savedNanos: String(31 * dollar) },
    statuses: [
      { status: 'miss', requests: 2400, savedNanos: null, unknown: 0 },
      { status: 'hit', requests: 1700, savedNanos: String(31 * dollar), unknown: 4 },
    ],
  },
  routing: {
    total: {
      ...{ decisions: 900, known: 860, chosenNanos: String(12 * dollar) },
      ...{ dearestNanos: String(40 * dollar), likeliestNanos: String(11 * dollar) },
    },
    routes: [],
  },
  promptCache: {
    ...{ inputTokens: 4e6, readTokens: 1.5e6, writtenTokens: 2e5, share: 0.375, readNanos: '1', writtenNanos: '1' },
  },
};
const noSavings: SavingsAnswer = {
  cache: { requests: 0, served: 0, savedNanos: null, statuses: [] },
  routing: {
    total: { decisions: 0, known: 0, chosenNanos: null, dearestNanos: null, likeliestNanos: null },
    routes: [],
  },
  promptCache: {
    ...{ inputTokens: null, readTokens: null, writtenTokens: null, share: null, readNanos: null, writtenNanos: null },
  },
};

const misses = { switches: 31, tokens: 92_000, lostNanos: String(2 * dollar), unknown: 2 };

/** By the name of the question. */
export function spendQuestions(options: SpendOptions): Record<string, (parameters: Record<string, string>) => unknown> {
  const { calm } = options;
  return {
    spend: (parameters) => SpendAnswer.parse(spendAnswer(SpendQuery.parse(parameters), options)),
    savings: () => SavingsAnswer.parse(calm ? noSavings : savings),
    'routing-misses': ({ from }) =>
      RoutingMissesAnswer.parse({
        from: Number(from),
        total: calm ? { switches: 0, tokens: 0, lostNanos: null, unknown: 0 } : misses,
        rows: calm ? [] : [{ from: 'anthropic/claude-opus-5', to: 'openai/gpt-5.6-luna', ...misses }],
      }),
    forecast: () => ForecastAnswer.parse(calm ? { ...forecast, ...unknownForecast } : forecast),
    'budget-course': () =>
      BudgetCourseAnswer.parse({ timezone, courses: calm ? [] : budgetCourses(), left: calm ? 0 : 2 }),
    keys: () => ({ keys: [namedKey] }),
  };
}

const forecast: ForecastAnswer = {
  ...{ timezone, from: 1, to: 2, spentNanos: String(360 * dollar), expectedNanos: String(720 * dollar) },
  ...{ lowNanos: String(650 * dollar), highNanos: String(790 * dollar), basis: 'weekdays', days: 42 },
  budgets: [{ name: 'everything', limitNanos: String(900 * dollar) }],
};
const unknownForecast = {
  ...{ spentNanos: null, expectedNanos: null, lowNanos: null, highNanos: null, basis: 'none', days: 0, budgets: [] },
};

/** An invoice of two models: one agrees, one counted its cached tokens twice. */
export const reconciled: ReconcileAnswer = ReconcileAnswer.parse({
  ...{ from: '2026-11-01', to: '2026-11-02', shape: 'usage by model and day', lines: 3, columns: {} },
  ...{ ignored: ['line 4: no amount'], invoiceNanos: String(120 * dollar), recordedNanos: String(100 * dollar) },
  priceVersion: 'b@1',
  rows: [
    {
      ...{ day: '2026-11-01', provider: 'openai', model: 'gpt-5.6-luna', calls: 40, unpriced: 0, agrees: false },
      ...{ invoiceNanos: String(70 * dollar), recordedNanos: String(50 * dollar), tokens: [] },
      differenceNanos: String(20 * dollar),
      causes: [
        {
          ...{ rule: 'cached-counted-twice', bucket: 'inputCacheRead', side: 'invoice', calls: 31, exact: true },
          ...{ sentence: 'Cached tokens are charged as input, too.', nanos: String(20 * dollar), leftNanos: '0' },
        },
      ],
    },
    {
      ...{ day: '2026-11-02', provider: 'openai', model: '<b>gpt</b>', calls: 4, unpriced: 0, agrees: true },
      ...{ invoiceNanos: String(50 * dollar), recordedNanos: String(50 * dollar), tokens: [], causes: [] },
      differenceNanos: '0',
    },
  ],
});
