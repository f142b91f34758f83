// Invented exchanges for the dashboard's tests: a small company's traffic, the same on every run but for its start time.
import { plainAttempt } from '../../contract/attempt.ts';
import type { ExchangeAnswer } from '../../contract/questions/exchange.ts';
import type { ExchangeRow } from '../../contract/questions/exchanges.ts';
import { unknownUsage } from '../../contract/usage.ts';
import { answerText, pricesOf, requestBodyFor } from './dashboard-bodies.ts';
import { routingOf } from './dashboard-decisions.ts';

export const models = [
  { provider: 'openai', model: 'gpt-5.6-luna', dialect: 'openai-responses', weight: 30, milliseconds: 2600 },
  { provider: 'anthropic', model: 'claude-opus-5', dialect: 'anthropic-messages', weight: 16, milliseconds: 5200 },
  { provider: 'openai', model: 'gpt-5.6-mini', dialect: 'openai-chat', weight: 34, milliseconds: 900 },
  { provider: 'google', model: 'gemini-3-flash', dialect: 'gemini', weight: 24, milliseconds: 700 },
  { provider: 'mistral', model: 'mistral-large-3', dialect: 'openai-chat', weight: 9, milliseconds: 1800 },
  { provider: 'cohere', model: 'command-a-03-2025', dialect: 'cohere', weight: 5, milliseconds: 1500 },
  { provider: 'house', model: 'llama-4-scout', dialect: 'openai-chat', weight: 7, milliseconds: 1300 },
] as const;

export const tasks = [
  { task: 'support-reply', app: 'helpdesk', team: 'support', weight: 32 },
  { task: 'summarise-ticket', app: 'helpdesk', team: 'support', weight: 24 },
  { task: 'classify-intent', app: 'router', team: 'platform', weight: 28 },
  { task: 'extract-invoice', app: 'ledger', team: 'finance', weight: 10 },
  { task: 'code-review', app: 'reviewer', team: 'platform', weight: 8 },
  { task: '', app: 'notebook', team: '', weight: 4 },
] as const;

const questions = [
  'My invoice for October shows two charges, could you check what happened?',
  'Summarise the ticket thread below in three bullet points for the on-call engineer.',
  'Which of these intents fits best: refund, shipping, cancel, other?',
  'Extract supplier, date, net amount and VAT from the attached invoice [EMAIL].',
  'Review this diff and point out anything that could break under load.',
  'The customer at [EMAIL] asks when the parcel arrives. Draft a friendly answer.',
];

/** A small generator of the same numbers every time, each in [0, 1). */
export function repeatable(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function pick<Item extends { weight: number }>(items: readonly Item[], chance: number): Item {
  let left = chance * items.reduce((sum, item) => sum + item.weight, 0);
  for (const item of items) {
    left -= item.weight;
    if (left < 0) return item;
  }
  return items[0]!;
}

function outcomeFor(chance: number): Pick<ExchangeRow, 'outcome' | 'httpStatus' | 'errorCode' | 'finish'> {
  if (chance < 0.955) return { outcome: 'success', httpStatus: 200, errorCode: '', finish: 'stop' };
  if (chance < 0.975) return { outcome: 'failed', httpStatus: 429, errorCode: '', finish: null };
  if (chance < 0.985) return { outcome: 'aborted', httpStatus: 200, errorCode: '', finish: null };
  if (chance < 0.993) return { outcome: 'truncated', httpStatus: 200, errorCode: '', finish: null };
  return { outcome: 'unreachable', httpStatus: 502, errorCode: 'SIGHTLINE_UPSTREAM_UNREACHABLE', finish: null };
}

/** `count` rows, newest first, the newest at `until` (epoch milliseconds). */
export function exchangeRows(count: number, until: number): ExchangeRow[] {
  const random = repeatable(41);
  let at = until;
  return Array.from({ length: count }, (_, index) => {
    at -= Math.round(random() * 9000);
    return exchangeRow(index, at, random);
  });
}

export function exchangeRow(index: number, at: number, random: () => number): ExchangeRow {
  const target = pick(models, random());
  const work = pick(tasks, random());
  const ending = outcomeFor(random());
  const worked = ending.outcome === 'success' || ending.outcome === 'truncated';
  const totalMs = Math.round(target.milliseconds * (0.5 + random() * 1.6));
  const stream = random() < 0.7;
  const inputTokens = worked ? Math.round(300 + random() * 3800) : null;
  const outputTokens = worked ? Math.round(20 + random() * 700) : null;
  const [input, output] = pricesOf(target.model) ?? [null, null];
  const priced = inputTokens !== null && outputTokens !== null && input !== null;
  return {
    id: `019a${index.toString(16).padStart(4, '0')}-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
    startedAt: at,
    provider: target.provider,
    model: target.model,
    requestedModel: target.model,
    dialect: target.dialect,
    operation: 'chat',
    stream,
    ...ending,
    app: work.app,
    team: work.team,
    user: `user-${Math.floor(random() * 40)}`,
    task: work.task,
    session: `session-${Math.floor(random() * 60)}`,
    environment: random() < 0.9 ? 'production' : 'staging',
    key: '',
    inputTokens,
    outputTokens,
    usageSource: inputTokens === null ? null : index % 31 === 0 ? 'estimated' : 'reported',
    costNanos: priced ? String(Math.round((inputTokens * input + outputTokens * output) / 1e6)) : null,
    costSource: priced ? (index % 31 === 0 ? 'estimated' : 'computed') : null,
    totalMs,
    firstTokenMs: worked && stream ? Math.round(totalMs * (0.12 + random() * 0.2)) : null,
    attempts: ending.outcome === 'unreachable' || index % 23 === 0 ? 2 : 1,
    cacheStatus: null,
    requestPreview: questions[index % questions.length]!,
    responsePreview: worked ? answerText.slice(0, 200) : '',
  };
}

/** The whole exchange behind a row. */
export function exchangeDetail(row: ExchangeRow): ExchangeAnswer {
  const random = repeatable(row.startedAt % 100_000);
  const [input, output] = pricesOf(row.model) ?? [null, null];
  const cached = row.inputTokens === null ? null : Math.floor(row.inputTokens * 0.6);
  const totalMs = row.totalMs ?? 0;
  return {
    id: row.id,
    boot: 'demoboot0001',
    number: 1 + (row.startedAt % 1000),
    startedAt: row.startedAt,
    attribution: {
      tenant: 'default',
      team: row.team,
      app: row.app,
      environment: row.environment,
      user: row.user,
      task: row.task,
      session: row.session,
      key: '',
      tags: { plan: 'pro' },
    },
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    method: 'POST',
    path: '/v1/chat/completions',
    dialect: row.dialect,
    operation: row.operation,
    provider: row.provider,
    requestedModel: row.requestedModel,
    responseModel: row.outcome === 'success' ? row.model : '',
    responseId: 'resp_0a1b2c3d4e5f',
    stream: row.stream,
    passthrough: false,
    client: 'OpenAI/Python 2.31.0',
    outcome: row.outcome,
    httpStatus: row.httpStatus,
    errorCode: row.errorCode,
    errorType: row.outcome === 'failed' ? 'rate_limit_exceeded' : '',
    errorMessage: row.outcome === 'failed' ? 'Rate limit reached for requests per minute. Try again in 1.2 s.' : '',
    finish: { unified: row.finish, raw: row.finish === null ? '' : 'stop' },
    usage: {
      ...unknownUsage,
      inputUncached: row.inputTokens === null ? null : row.inputTokens - cached!,
      inputCacheRead: cached,
      outputText: row.outputTokens,
      total: row.inputTokens === null ? null : row.inputTokens + row.outputTokens!,
      raw: row.inputTokens === null ? null : JSON.stringify({ prompt_tokens: row.inputTokens }),
    },
    usageSource: row.usageSource,
    pricing: {
      costNanos: row.costNanos === null ? null : Number(row.costNanos),
      costSource: row.costSource,
      priceVersion: row.costNanos === null ? '' : `genai-prices@0.1.8/${row.provider}/${row.model}#2026-09-01`,
      breakdown:
        row.costNanos === null
          ? []
          : [
              line('inputUncached', row.inputTokens! - cached!, input!),
              line('inputCacheRead', cached!, input! / 10),
              line('outputText', row.outputTokens!, output!),
            ],
      tier: '',
      counted: {},
    },
    totalMs: row.totalMs,
    firstByteMs: row.totalMs === null ? null : Math.round(totalMs * 0.1),
    firstTokenMs: row.firstTokenMs,
    overheadMicros: 740,
    timeline: row.firstTokenMs === null ? [] : chunks(row.firstTokenMs, totalMs, random),
    attempts: attemptsOf(row),
    ...routingOf(row),
    degraded: [],
    estimate: null,
    cache: null,
    policies: [],
    capture: 'full',
    requestBytes: 4312,
    responseBytes: 1872,
    requestCut: false,
    responseCut: row.outcome === 'truncated',
    redactions: { EMAIL: 2 },
    redactionFailed: false,
    requestHeaders: { 'content-type': 'application/json', 'user-agent': 'OpenAI/Python 2.31.0' },
    responseHeaders: { 'content-type': row.stream ? 'text/event-stream' : 'application/json' },
    requestPreview: row.requestPreview,
    responsePreview: row.responsePreview,
    requestBody: JSON.stringify(requestBodyFor(row.dialect, row.model, row.requestPreview)),
    responseBody: row.stream ? '' : JSON.stringify({ id: 'resp_0a1b2c3d4e5f', model: row.model, output: answerText }),
    answer:
      row.responsePreview === ''
        ? null
        : {
            text: answerText,
            reasoning: 'Two charges on the same day. One is the renewal, the other an add-on seat. Say so plainly.',
            refusal: '',
            toolCalls: [{ id: 'call_2', name: 'create_note', arguments: '{"ticket":4711,"visibility":"internal"}' }],
            alternatives: [],
          },
    segment: 'demoboot0001-00000012',
    recordedAt: row.startedAt + totalMs + 900,
    bodiesKept: true,
  };
}

function line(bucket: string, tokens: number, nanosPerMillion: number) {
  return { bucket, tokens, nanosPerMillion, nanos: (tokens * nanosPerMillion) / 1e6 };
}

function chunks(from: number, until: number, random: () => number): [number, number, number][] {
  const steps: [number, number, number][] = [];
  for (let at = from; at < until; at += 12 + random() * 60 + (random() < 0.03 ? 900 : 0)) {
    steps.push([Math.round(at), Math.round(120 + random() * 500), 1 + Math.floor(random() * 3)]);
  }
  return steps;
}

function attemptsOf(row: ExchangeRow): ExchangeAnswer['attempts'] {
  const totalMs = row.totalMs ?? 0;
  const last = {
    provider: row.provider,
    model: row.model,
    region: 'eu',
    connectMs: 18,
    status: row.httpStatus,
    outcome: row.outcome,
    errorCode: row.errorCode,
    providerRequestId: 'req_7f3a',
    ...plainAttempt,
  };
  if (row.attempts === 1)
    return [{ ...last, number: 1, startedAtMs: 1, firstByteMs: Math.round(totalMs * 0.1), totalMs }];
  const first = Math.round(totalMs * 0.35);
  return [
    {
      ...{ ...last, number: 1, startedAtMs: 1, firstByteMs: null, totalMs: first, status: 503, outcome: 'failed' },
      why: '503 overloaded',
    },
    {
      ...last,
      kind: 'retry',
      costNanos: row.costNanos === null ? null : Number(row.costNanos),
      number: 2,
      startedAtMs: first + 40,
      firstByteMs: Math.round(totalMs * 0.1),
      totalMs: totalMs - first - 40,
    },
  ];
}
