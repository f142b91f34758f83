// Records of many shapes over twelve days around the change of clocks in Los Angeles (8 March 2026), from a seed:
// unknown tokens, unpriced and estimated ones, every outcome, names that look like SQL.
import type { CacheUse, ExchangeRecord } from '../../contract/exchange.ts';
import type { SegmentRecord } from '../../contract/segment.ts';
import { unknownUsage } from '../../contract/usage.ts';
import { CacheStatus, Outcome } from '../../contract/words.ts';
import { boot, exchange, seal, segmentName } from '../clickhouse/records.ts';

export const start = Date.UTC(2026, 2, 2, 3, 7, 11, 123);
export const end = start + 12 * 86_400_000;

/** Values that have to be found again as they are, whatever SQL or a wire format would make of them. */
export const awkward = [
  "o'brien",
  'a\\b',
  'tab\there',
  'line\nbreak',
  '"quoted"',
  '{x:String}',
  'x%_?',
  'größe 漢 👍',
  "' OR 1=1 --",
];

/** mulberry32: small, seeded, good enough to mix test data. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function dice(draw: () => number) {
  return {
    draw,
    pick: <Value>(values: readonly Value[]): Value => values[Math.floor(draw() * values.length)]!,
    maybe: <Value>(share: number, value: Value): Value | null => (draw() < share ? value : null),
    int: (most: number) => Math.floor(draw() * most),
  };
}

export function syntheticRecords(count: number, seed: number): ExchangeRecord[] {
  const { draw, pick, maybe, int } = dice(random(seed));
  // Of their own, so that a field more leaves all others as they were.
  const access = dice(random(seed + 1000));
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const startedAt = start + int(end - start);
    const base = exchange(number);
    return exchange(number, {
      id: uuidv7(startedAt, number),
      startedAt,
      provider: pick(['openai', 'anthropic', 'google']),
      requestedModel: pick(['alpha', 'beta', 'gamma']),
      responseModel: draw() < 0.5 ? '' : pick(['alpha-2026', 'beta-2026']),
      outcome: draw() < 0.7 ? 'success' : pick(Outcome.options),
      attribution: {
        ...base.attribution,
        app: pick(['', 'desk', 'search', ...awkward]),
        team: pick(['', 'red', 'blue']),
        task: pick(['', 'reply', 'sql', 'sum up']),
        environment: pick(['', 'production', 'staging']),
        user: pick(['', 'ann', 'bob', ...awkward]),
        session: `s-${int(40)}`,
        key: access.pick(['', 'key_aaaaaaaaaaaa', 'key_bbbbbbbbbbbb']),
      },
      usage: {
        ...unknownUsage,
        inputUncached: maybe(0.8, int(5000)),
        inputCacheRead: maybe(0.3, int(900)),
        outputText: maybe(0.75, int(2000)),
        outputReasoning: maybe(0.2, int(700)),
        total: maybe(0.1, int(3)),
      },
      usageSource: pick(['reported', 'estimated', null]),
      pricing: { ...base.pricing, costNanos: maybe(0.6, int(5_000_000_000)), costSource: 'computed' },
      totalMs: maybe(0.9, 20 + int(30_000)),
      firstTokenMs: maybe(0.5, 10 + int(3000)),
      estimate: access.maybe(0.3, {
        inputTokens: access.int(5000),
        countedTokens: access.int(5000),
        outputTokens: 900,
        costNanos: null,
      }),
      cache: access.maybe(0.4, cacheUse(access.pick(CacheStatus.options), access.maybe(0.8, access.int(90_000_000)))),
      policies: access.draw() < 0.1 ? ['red: slow'] : [],
      requestPreview: `${pick(['Where is my parcel', 'ÜBERWEISUNG prüfen', 'select * from t'])} ${number}`,
      responsePreview: pick(['It is on its way', 'Überweisung ist da', '']),
    });
  });
}

function cacheUse(status: CacheStatus, savedNanos: number | null): CacheUse {
  const served = status !== 'miss' && status !== 'refresh';
  return { status, namespace: 'faq', ageMs: served ? 1200 : null, from: served ? 'another' : '', savedNanos };
}

/** The records in segments of `size`, sealed with counters that add up. */
export function toSegments(records: ExchangeRecord[], size: number): { name: string; records: SegmentRecord[] }[] {
  const segments: { name: string; records: SegmentRecord[] }[] = [];
  for (let from = 0; from < records.length; from += size) {
    const lines = records.slice(from, from + size);
    const sequence = segments.length;
    const done = from + lines.length;
    const counters = { started: done, complete: done, partial: 0, gap: 0, open: 0 };
    segments.push({
      name: segmentName(sequence, boot),
      records: [...lines, { ...seal(sequence, lines.length), startedAt: end + sequence, counters }],
    });
  }
  return segments;
}

/** RFC 9562: 48 bits of time, then version and variant. */
export function uuidv7(at: number, number: number): string {
  const time = at.toString(16).padStart(12, '0');
  const rest = number.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-8abc-${rest}`;
}
