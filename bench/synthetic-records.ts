// Records as the proxy writes them, from a seed: what was said and its book-keeping, four kilobytes as JSON. Words are drawn as in speech (Zipf) from
// twenty thousand, so that they compress like text and not like a test.

import { randomBytes } from 'node:crypto';
import { plainAttempt } from '../contract/attempt.ts';
import type { ExchangeRecord } from '../contract/exchange.ts';
import type { SegmentRecord } from '../contract/segment.ts';
import { unknownUsage } from '../contract/usage.ts';

/** mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const draw = random(20_261_121);
const below = (most: number): number => Math.floor(draw() * most);
const letters = 'etaoinshrdlucmfwypvbgkjqxz';
const vocabulary = Array.from({ length: 20_000 }, () =>
  Array.from({ length: 2 + below(8) }, () => letters[Math.floor(26 * draw() ** 1.7)]).join(''),
);
const models = [
  ['openai', 'gpt-5.6-luna'],
  ['openai', 'gpt-5.6-terra'],
  ['anthropic', 'claude-opus-5'],
  ['google', 'gemini-3-flash'],
  ['mistral', 'mistral-large-4'],
] as const;

/** Rank r is drawn about 1/r as often as rank 1. */
const word = (): string => vocabulary[Math.floor(vocabulary.length ** draw()) - 1] as string;

function text(length: number): string {
  let said = '';
  while (said.length < length) said += `${word()} `;
  return said.trimEnd();
}

/** RFC 9562: 48 bits of time, then version and variant. */
function uuidv7(at: number): string {
  const time = at.toString(16).padStart(12, '0');
  const rest = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
}

export function syntheticRecord(boot: string, number: number, startedAt: number): ExchangeRecord {
  const task = Math.floor(24 * draw() ** 2);
  const [provider, model] = models[(task + (draw() < 0.7 ? 0 : below(3))) % models.length] as (typeof models)[number];
  const ok = draw() < 0.95;
  const question = text(800);
  const answer = text(500);
  const [input, output, took] = [200 + below(4000), 100 + below(600), 300 + Math.floor(4000 * draw() ** 4)];
  return {
    ...{ kind: 'exchange', id: uuidv7(startedAt), boot, number, startedAt },
    attribution: {
      ...{ tenant: 'default', team: `team-${task >> 3}`, app: `app-${task >> 1}`, environment: 'production' },
      ...{ user: `user-${below(5000)}`, task: `task-${task}`, session: `session-${number >> 2}`, key: '', tags: {} },
    },
    ...{ traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') },
    ...{ method: 'POST', path: '/v1/chat/completions', dialect: 'openai-chat', operation: 'chat', provider },
    ...{ upstreamDialect: null, decision: null, notes: [], estimate: null, cache: null, policies: [], degraded: [] },
    ...{ requestedModel: model, responseModel: model, responseId: `chatcmpl-${randomBytes(12).toString('base64url')}` },
    ...{ stream: true, passthrough: false, client: 'OpenAI/JS 7.55.0', outcome: ok ? 'success' : 'failed' },
    ...{ httpStatus: ok ? 200 : 500, errorCode: '', errorType: ok ? '' : 'server_error', errorMessage: '' },
    finish: { unified: ok ? 'stop' : 'error', raw: ok ? 'stop' : '' },
    usage: {
      ...unknownUsage,
      ...{ inputUncached: input, outputText: output, total: input + output },
      raw: `{"prompt_tokens":${input},"completion_tokens":${output},"total_tokens":${input + output}}`,
    },
    usageSource: 'reported',
    pricing: {
      ...{
        costNanos: input * 2500 + output * 10_000,
        costSource: 'computed',
        priceVersion: `genai@1/${provider}/${model}`,
      },
      breakdown: [
        { bucket: 'input', tokens: input, nanosPerMillion: 2_500_000_000, nanos: input * 2500 },
        { bucket: 'output', tokens: output, nanosPerMillion: 10_000_000_000, nanos: output * 10_000 },
      ],
      tier: '',
      counted: {},
    },
    ...{ totalMs: took, firstByteMs: took >> 2, firstTokenMs: took >> 2, overheadMicros: 150 + below(300) },
    timeline: [
      [took >> 2, 320, 3],
      [took >> 1, 2100, 21],
      [took, 2400, 24],
    ],
    attempts: [
      {
        ...{ number: 1, provider, model, region: '', startedAtMs: 1, connectMs: null, firstByteMs: took >> 2 },
        ...{ totalMs: took, status: ok ? 200 : 500, outcome: ok ? 'success' : 'failed', errorCode: '' },
        ...plainAttempt,
        providerRequestId: `req_${randomBytes(12).toString('hex')}`,
      },
    ],
    ...{ capture: 'full', requestBytes: 1200, responseBytes: 4800, requestCut: false, responseCut: false },
    ...{ redactions: {}, redactionFailed: false, requestHeaders: { 'content-type': 'application/json' } },
    responseHeaders: { 'content-type': 'text/event-stream', 'x-ratelimit-remaining': String(below(10_000)) },
    ...{ requestPreview: question.slice(0, 200), responsePreview: answer.slice(0, 200) },
    requestBody: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: question }] }),
    ...{ responseBody: '', answer: { text: answer, reasoning: '', refusal: '', toolCalls: [], alternatives: [] } },
  };
}

export interface SyntheticSegment {
  name: string;
  /** NDJSON, the seal last. */
  lines: Buffer;
  records: ExchangeRecord[];
}

/** Segments of one boot, as one proxy would send them: numbers and counters go on from call to call. */
export function segmentMaker(boot: string): (count: number, spanMs?: number) => SyntheticSegment {
  let [sequence, number] = [0, 0];
  return (count, spanMs = 1000) => {
    const now = Date.now();
    const records = Array.from({ length: count }, (_, index) => {
      number += 1;
      return syntheticRecord(boot, number, now - spanMs + Math.floor((spanMs * index) / count));
    });
    const name = `${boot}-${String(sequence).padStart(8, '0')}`;
    const counters = { started: number, complete: number, partial: 0, gap: 0, open: 0 };
    const seal = {
      kind: 'seal',
      boot,
      segment: name,
      sequence,
      startedAt: now,
      records: count,
      recovered: false,
      counters,
    };
    sequence += 1;
    const lines = [...records, seal as SegmentRecord].map((record) => `${JSON.stringify(record)}\n`).join('');
    return { name, lines: Buffer.from(lines), records };
  };
}
