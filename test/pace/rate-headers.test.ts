// How limits are said to a client, in the words of its dialect.
import { describe, expect, it } from 'vitest';
import { duration, rateHeaders, withoutRateHeaders } from '../../proxy/pace-limits/rate-headers.ts';
import type { Standing } from '../../proxy/pace-limits/rule.ts';

const standing = (fields: Partial<Standing['rule']>, remaining: number, resetMs: number): Standing => ({
  rule: { limit: 'l', counter: 'c', counts: 'requests', most: 600, cost: 1, ...fields },
  ...{ remaining, resetMs, waitMs: 0 },
});

describe('the headers of limits', () => {
  it('are OpenAI’s for its dialects, with the tightest limit of each kind', () => {
    const standings = [
      standing({ most: 600 }, 50, 1000),
      standing({ most: 100 }, 3, 6000),
      standing({ counts: 'tokens', most: 60_000 }, 5900, 360_000),
      standing({ counts: 'concurrency', most: 2 }, 1, 0),
    ];
    expect(rateHeaders('openai-chat', standings, 0)).toEqual([
      ...['x-ratelimit-limit-requests', '100', 'x-ratelimit-remaining-requests', '3'],
      ...['x-ratelimit-reset-requests', '6s', 'x-ratelimit-limit-tokens', '60000'],
      ...['x-ratelimit-remaining-tokens', '5900', 'x-ratelimit-reset-tokens', '6m0s'],
    ]);
  });

  it('are Anthropic’s for its dialect, with moments', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(rateHeaders('anthropic-messages', [standing({}, 7, 90_000)], now)).toEqual([
      ...['anthropic-ratelimit-requests-limit', '600', 'anthropic-ratelimit-requests-remaining', '7'],
      ...['anthropic-ratelimit-requests-reset', '2026-01-01T00:01:30Z'],
    ]);
  });

  it.each([
    [0, '0ms'],
    [120.2, '121ms'],
    [1000, '1s'],
    [1500, '1.5s'],
    [59_999, '1m0s'],
    [360_000, '6m0s'],
    [3_723_000, '1h2m3s'],
  ])('write %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('replace the provider’s own and leave the rest of its headers', () => {
    const flat = [
      'X-RateLimit-Limit-Requests',
      '9',
      'openai-processing-ms',
      '5',
      'anthropic-ratelimit-input-tokens-limit',
      '1',
    ];
    expect(withoutRateHeaders(flat)).toEqual(['openai-processing-ms', '5']);
  });
});
