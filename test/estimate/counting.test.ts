// What is counted of a request, what is not, and what ratios make of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRequest } from '../../catalog/tokens/count-request.ts';
import { countTokens } from '../../catalog/tokens/count-tokens.ts';
import { isOpenEnded } from '../../catalog/tokens/open-ended.ts';
import { outputLimit } from '../../catalog/tokens/output-limit.ts';
import { scanTopLevel } from '../../proxy/dialects/reading/top-level-fields.ts';
import { TokenRatios } from '../../proxy/estimate/token-ratios.ts';
import { Prompts } from './prompts.ts';

const count = (request: object): ReturnType<typeof countTokens> => {
  const body = Buffer.from(JSON.stringify(request));
  return countTokens(body, scanTopLevel(body));
};
const saying = (text: string): object => ({ model: 'm', messages: [{ role: 'user', content: text }] });

describe('counting', () => {
  it('comes to about the same from slices of a long request as from the whole of it', () => {
    const prompts = new Prompts(7);
    for (let at = 0; at < 30; at++) {
      const parts = prompts.next().map(({ content }) => content);
      const long = Array.from({ length: 40 }, () => parts.join('\n')).join('\n');
      const one = count(saying(parts.join('\n')))?.tokens ?? 0;
      const ratio = (count(saying(long))?.tokens ?? 0) / (one * 40);
      expect(ratio).toBeGreaterThan(0.8);
      expect(ratio).toBeLessThan(1.2);
    }
  });

  it('is the same in every dialect that says the same', () => {
    const text = 'Please tell me where my order is, it was due on Monday.';
    const requests = [
      saying(text),
      { messages: [{ role: 'user', content: [{ type: 'text', text }] }] },
      { input: text },
      { contents: [{ role: 'user', parts: [{ text }] }] },
    ];
    const counts = requests.map((request) => count(request)?.tokens ?? 0);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(4);
  });

  it('knows nothing of pictures, sound and files, and is not misled by texts that speak of them', () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    expect(count({ messages: [{ role: 'user', content: [picture] }] })).toBeNull();
    expect(count({ contents: [{ parts: [{ inlineData: { data: 'AAAA' } }] }] })).toBeNull();
    expect(count(saying('what is "image_url" for? And "file"?'))).not.toBeNull();
  });

  it('knows nothing where a part of the conversation lies with the provider', () => {
    const body = Buffer.from(JSON.stringify({ input: 'go on', previous_response_id: 'resp_1' }));
    expect(isOpenEnded(scanTopLevel(body))).toBe(true);
    expect(countRequest({ input: 'go on', previous_response_id: 'resp_1' })).toBeNull();
  });

  it('survives any text, and says the same from bytes and from JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20_000 }), (text) => {
        const tokens = count(saying(text))?.tokens ?? -1;
        expect(tokens).toBeGreaterThan(0);
        expect(countRequest(saying(text) as Record<string, unknown>)?.tokens).toBe(tokens);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [{ max_tokens: 9 }, 9],
    [{ max_completion_tokens: 9, n: 3 }, 27],
    [{ generationConfig: { maxOutputTokens: 7 } }, 7],
    [{ inferenceConfig: { maxTokens: 6 } }, 6],
    [{ max_tokens: 0 }, null],
    [{}, null],
  ])('reads how long an answer may get: %j', (request: Record<string, unknown>, limit) => {
    expect(outputLimit((name) => request[name])).toBe(limit);
  });
});

describe('ratios', () => {
  const counted = { tokens: 1000, kind: 'prose', tools: false } as const;
  const lesson = { provider: 'p', model: 'm', counted };

  it('begin with what the collector knows, and go over to what was seen here', () => {
    const ratios = new TokenRatios();
    expect(ratios.of('p', 'm', counted)).toEqual({ ratio: 1, samples: 0 });
    ratios.seed([{ provider: 'p', model: 'm', ratio: 1.3, samples: 80 }]);
    expect(ratios.of('p', 'm', counted)).toEqual({ ratio: 1.3, samples: 80 });
    for (let at = 0; at < 10; at++) ratios.learn({ ...lesson, used: 1500 });
    expect(ratios.of('p', 'm', counted).ratio).toBe(1.5);
    expect(ratios.of('p', 'another', counted).ratio).toBe(1);
  });

  it('are not moved by a few odd calls', () => {
    const ratios = new TokenRatios();
    for (let at = 0; at < 40; at++) ratios.learn({ ...lesson, used: at % 5 === 0 ? 40_000 : 1200 });
    expect(ratios.of('p', 'm', counted).ratio).toBe(1.2);
    ratios.learn({ ...lesson, used: 9_000_000 });
    expect(ratios.of('p', 'm', counted).ratio).toBe(1.2);
  });

  it('follow a model that counts differently from some day on', () => {
    const ratios = new TokenRatios();
    for (let at = 0; at < 200; at++) ratios.learn({ ...lesson, used: 1000 });
    for (let at = 0; at < 30; at++) ratios.learn({ ...lesson, used: 1350 });
    expect(ratios.of('p', 'm', counted).ratio).toBe(1.35);
  });
});
