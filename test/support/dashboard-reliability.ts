// Invented attempts for the dashboard's tests: a calm day of three providers, one of which was down for an hour and is
// rate limited now.
import type { ErrorsAnswer, FailedAttempt } from '../../contract/questions/errors.ts';
import type { ExchangeRow } from '../../contract/questions/exchanges.ts';
import type { Incident } from '../../contract/questions/incidents.ts';
import type { AttemptFigures, ReliabilityAnswer } from '../../contract/questions/reliability.ts';
import type { RetryCost } from '../../contract/questions/retry-costs.ts';
import type { LiveTarget, TargetsAnswer } from '../../contract/questions/targets.ts';
import { models, repeatable } from './dashboard-exchanges.ts';

const timezone = 'Europe/Berlin';
const hour = 3_600_000;
const providers = [...new Set(models.map(({ provider }) => provider))];

export interface AttemptSpan {
  from: number;
  to: number;
  step: number;
  provider?: string | undefined;
}

/** Where in the window, from 0 to 1, the provider is in trouble. */
const troubled = (provider: string, place: number): number => {
  if (provider === 'anthropic' && place > 0.62 && place < 0.67) return place > 0.63 && place < 0.66 ? 0.82 : 0.24;
  if (provider === 'mistral' && place > 0.97) return 0.3;
  return provider === 'google' && place > 0.3 && place < 0.34 ? 0.05 : 0.004;
};

function cell(provider: string, at: number, { from, to, step }: AttemptSpan): AttemptFigures {
  const random = repeatable(Math.floor(at / 60_000) + provider.length * 977);
  const attempts = Math.round((step / 15) * (0.6 + random()) * (provider === 'cohere' ? 0.02 : 1));
  const share = troubled(provider, (at - from) / (to - from));
  const failed = Math.min(attempts, Math.round(attempts * share * (0.8 + random() * 0.4)));
  const limited = provider === 'mistral' ? failed : Math.floor(failed * 0.2);
  const overloaded = Math.floor((failed - limited) * 0.7);
  const counts = { rate_limited: limited, overloaded, timeout: failed - limited - overloaded };
  const classes = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  return { attempts, failed, classes, firstByteP95Ms: failed === attempts ? null : Math.round(300 + random() * 500) };
}

export function reliabilityAnswer(span: AttemptSpan): ReliabilityAnswer {
  const width = span.step * 1000;
  const rows: ReliabilityAnswer['rows'] = [];
  for (let at = Math.floor(span.from / width) * width; at < span.to; at += width) {
    for (const provider of asked(span)) {
      const figures = cell(provider, at, span);
      if (figures.attempts > 0) rows.push({ at, provider, ...figures });
    }
  }
  const whole = asked(span).map((provider) => ({
    provider,
    ...sumOf(rows.filter((row) => row.provider === provider)),
  }));
  return { step: span.step, timezone, rows, providers: whole.sort((one, other) => other.attempts - one.attempts) };
}

const asked = ({ provider }: AttemptSpan): string[] =>
  providers.filter((each) => provider === undefined || each === provider);

function sumOf(rows: AttemptFigures[]): AttemptFigures {
  const classes: AttemptFigures['classes'] = {};
  for (const row of rows) {
    for (const [name, count] of Object.entries(row.classes) as ['timeout', number][]) {
      classes[name] = (classes[name] ?? 0) + count;
    }
  }
  const sum = (figure: 'attempts' | 'failed') => rows.reduce((total, row) => total + row[figure], 0);
  return { attempts: sum('attempts'), failed: sum('failed'), classes, firstByteP95Ms: rows[0]?.firstByteP95Ms ?? null };
}

/** `rows`: exchanges that the newest failures may belong to. */
export function errorsAnswer(span: AttemptSpan, rows: ExchangeRow[]): ErrorsAnswer {
  const answer = reliabilityAnswer(span);
  const perBucket = new Map<string, ErrorsAnswer['rows'][number]>();
  for (const { at, classes } of answer.rows) {
    for (const [failure, attempts] of Object.entries(classes) as ['timeout', number][]) {
      const key = `${at} ${failure}`;
      perBucket.set(key, { at, failure, attempts: attempts + (perBucket.get(key)?.attempts ?? 0) });
    }
  }
  const groups = answer.providers.flatMap(({ provider, attempts: of, classes }) =>
    (Object.entries(classes) as ['timeout', number][]).map(([failure, attempts]) => {
      const model = models.find((each) => each.provider === provider)?.model ?? '';
      return { provider, model, failure, attempts, of };
    }),
  );
  return {
    ...{ step: span.step, timezone, rows: [...perBucket.values()] },
    groups: groups.sort((one, other) => other.attempts - one.attempts).slice(0, 20),
    examples: rows.slice(0, 14).map((row, index) => failedAttempt(row, index)),
  };
}

function failedAttempt(row: ExchangeRow, index: number): FailedAttempt {
  const wasSaved = index % 3 !== 0;
  const [failure, status, errorCode] = (
    [
      ['rate_limited', 429, ''],
      ['overloaded', 529, ''],
      ['timeout', null, 'SIGHTLINE_UPSTREAM_TIMEOUT'],
      ['unreachable', null, 'SIGHTLINE_UPSTREAM_REFUSED'],
    ] as const
  )[index % 4]!;
  return {
    ...{ id: row.id, number: 1, at: row.startedAt + 12, provider: 'anthropic', model: 'claude-opus-5', region: 'eu' },
    ...{ kind: 'first', failure, status, errorCode, providerRequestId: 'req_7f3a' },
    message: wasSaved ? '' : 'Overloaded. Please try again in a few seconds.',
    exchangeOutcome: wasSaved ? 'success' : 'failed',
    servedBy: wasSaved ? 'openai' : '',
  };
}

export function incidentsIn({ from, to }: { from: number; to: number }, rows: ExchangeRow[]): Incident[] {
  const begin = from + (to - from) * 0.62;
  const course = Array.from({ length: 14 }, (_, index) => {
    const attempts = 40 + ((index * 7) % 13);
    return {
      at: begin + index * 300_000,
      attempts,
      failed: Math.round(attempts * Math.sin(((index + 1) / 15) * Math.PI)),
    };
  });
  const past: Incident = {
    ...{ provider: 'anthropic', models: ['claude-opus-5', 'claude-sonnet-5'], from: begin, to: begin + 1.15 * hour },
    ...{ ongoing: false, attempts: 604, failed: 391, classes: { rate_limited: 61, overloaded: 270, timeout: 60 } },
    ...{ worstShare: 0.97, exchanges: 388, course },
    saved: [
      { provider: 'openai', exchanges: 301 },
      { provider: 'google', exchanges: 78 },
    ],
    lost: [{ outcome: 'failed', exchanges: 9 }],
    examples: rows.slice(0, 3).map(failedAttempt),
  };
  const now: Incident = {
    ...{
      ...past,
      provider: 'mistral',
      models: ['mistral-large-3'],
      from: to - 0.4 * hour,
      to: to - 60_000,
      ongoing: true,
    },
    ...{ attempts: 210, failed: 66, classes: { rate_limited: 66 }, worstShare: 0.44, exchanges: 66, lost: [] },
    ...{ saved: [{ provider: 'openai', exchanges: 66 }], course: course.slice(4, 9) },
  };
  return [now, past];
}

export const retryCosts: RetryCost[] = [
  { kind: 'first', attempts: 48_211, failed: 702, costNanos: '58123456789', unpriced: 2100 },
  { kind: 'failover', attempts: 431, failed: 12, costNanos: '612345678', unpriced: 31 },
  { kind: 'shadow', attempts: 240, failed: 1, costNanos: '98765432', unpriced: 0 },
  { kind: 'retry', attempts: 88, failed: 41, costNanos: '40123456', unpriced: 43 },
  { kind: 'hedge', attempts: 17, failed: 0, costNanos: null, unpriced: 17 },
];

export function liveTargets(now: number): TargetsAnswer {
  const usual = (one: (typeof models)[number]): LiveTarget => ({
    ...{ provider: one.provider, model: one.model, key: '0', region: 'eu', breaker: 'closed', coolingUntil: null },
    ...{ headroom: 0.74, inFlight: 3, concurrencyLimit: null, success: 0.995, factor: 1 },
    ...{ firstTokenP50Ms: one.milliseconds * 0.2, firstTokenP95Ms: one.milliseconds * 0.55, tokensPerSecond: 61 },
  });
  const changes: Record<string, Partial<LiveTarget>> = {
    'claude-opus-5': { breaker: 'open', success: 0.31, factor: 0, headroom: 0.5, inFlight: 0 },
    'mistral-large-3': { coolingUntil: now + 12_400, headroom: 0, success: 0.71, factor: 0, concurrencyLimit: 6 },
    'command-a-03-2025': { headroom: null, success: null, inFlight: 0, firstTokenP50Ms: null, firstTokenP95Ms: null },
    'gemini-3-flash': { headroom: 0.06, factor: 0.6, inFlight: 11 },
    'llama-4-scout': { key: 'client', region: '', headroom: null, factor: 0.32, success: 0.84 },
    'gpt-5.6-mini': { breaker: 'half-open', factor: 0.2, key: '1' },
  };
  const targets = models.map((one) => ({ ...usual(one), ...changes[one.model] }));
  return { at: now, proxies: [{ boot: 'demoboot0001', reportedAt: now - 2000, targets }] };
}
