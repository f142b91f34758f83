// Tokens and cost of every attempt: the one that answered carries the exchange's, the others what is known of them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import { messagesStream } from '../support/wire-samples.ts';
import { chain, chatBody, chatPieces, type FailoverHouse, openFailoverHouse, refusal } from './failover-house.ts';

const model = 'gpt-4o-mini';
/** Nine tokens in at 0.15 and three out at 0.60 dollars a million. */
const nanos = 9 * 150 + 3 * 600;
const known = { inputTokens: 9, outputTokens: 3, costNanos: nanos, costSource: 'computed' };
const unknown = { inputTokens: null, outputTokens: null, costNanos: null, costSource: null };
const costOf = ({ inputTokens, outputTokens, costNanos, costSource }: typeof known | typeof unknown) => ({
  ...{ inputTokens, outputTokens, costNanos, costSource },
});

let at: FailoverHouse;
beforeAll(async () => {
  const targets = [
    { provider: 'one', model },
    { provider: 'two', model },
  ];
  const route = (name: string, extra: object = {}) => ({
    name,
    match: { model: name },
    retries: 0,
    targets: [],
    ...extra,
  });
  at = await openFailoverHouse({
    routes: [
      route('failed', { targets: [targets[0]], fallback: [targets[1]] }),
      route('cascade', {
        ...{ strategy: 'cascade', targets },
        cascade: { escalateWhen: { matches: ['unsure'] } },
      }),
      chain('plain', ['one']),
      route('hedge', {
        targets: [{ provider: 'claude', model: 'claude-sonnet-4-5' }],
        fallback: [targets[1]],
        hedge: { afterMs: 100, maxPercent: 100 },
      }),
    ],
    providers: () => ({ one: { like: 'openai' }, two: { like: 'openai' }, claude: { like: 'anthropic' } }),
  });
});
afterAll(() => at.close());

const said = (text: string) => answer({ pieces: [chatBody(text, { model })] });

describe('an attempt', () => {
  it('whose answer was not good enough was paid for as well', async () => {
    at.one.respondOnce(said('unsure'));
    at.two.respondOnce(said('sure'));
    const record = await (await at.ask('cascade')).record();
    expect(record.pricing.costNanos).toBe(nanos);
    expect(record.attempts.map((one) => costOf(one as typeof known))).toEqual([known, known]);
  });

  it('that lost a race tells what it had used by then', async () => {
    let opened!: () => void;
    const opening = new Promise<void>((resolve) => {
      opened = resolve;
    });
    at.claude.respondOnce(async (reply) => {
      await reply.head(200, [
        ['content-type', 'text/event-stream'],
        ['transfer-encoding', 'chunked'],
      ]);
      await reply.chunk(messagesStream.slice(0, 2).join(''));
      setTimeout(opened, 50);
    });
    at.two.respondOnce(async (reply, request) => {
      await opening;
      await answerStream(chatPieces('hi'))(reply, request);
    });
    const record = await (await at.ask('hedge', { stream: true })).record();
    expect(record.attempts).toMatchObject([
      { kind: 'first', outcome: 'aborted', inputTokens: 10, costSource: 'estimated' },
      { kind: 'hedge', outcome: 'success' },
    ]);
  });

  it('that nobody chose for its price is unpriced, never free', async () => {
    at.one.respondOnce(answer({ pieces: [chatBody('hi', { usage: undefined, model: 'unheard-of' })] }));
    const record = await (await at.ask('plain')).record();
    expect(record.attempts[0]).toMatchObject({ costNanos: null });
    expect(record.attempts[0]?.inputTokens).toBeGreaterThan(0);
  });

  it('that answered carries what the exchange used, one that failed nothing', async () => {
    at.one.respondOnce(refusal(503));
    at.two.respondOnce(said('hi'));
    const record = await (await at.ask('failed')).record();
    expect(record.pricing.costNanos).toBe(nanos);
    expect(record.attempts.map((one) => costOf(one as typeof known))).toEqual([unknown, known]);
  });
});
