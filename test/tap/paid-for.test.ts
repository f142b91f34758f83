// What a record is priced by besides its tokens: the tier that was answered, and what is charged one by one.
import { describe, expect, it } from 'vitest';
import { createPriceBook } from '../../catalog/prices.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { createObservation } from '../../proxy/observe/create-observation.ts';
import { createRedactor } from '../../proxy/redaction/redactor.ts';
import { finishRecord } from '../../proxy/tap/finish-record.ts';
import { createRecordMasking } from '../../proxy/tap/record-masking.ts';
import { recordSkeleton } from '../../proxy/tap/record-skeleton.ts';
import type { ExchangeStart } from '../../proxy/tap/recorder.ts';
import { chatRequest, exchangeEnd, exchangeStart } from '../support/recorded-exchange.ts';

interface Given {
  start?: Partial<ExchangeStart>;
  /** Of the target: batch where it was sent as one. */
  serviceTier?: string;
  answer: unknown[];
  streamed?: boolean;
}

async function pricingOf({ start: change, serviceTier, answer, streamed = false }: Given): Promise<ExchangeRecord> {
  const start = exchangeStart({ provider: 'openai', priceProvider: 'openai', requestedModel: 'gpt-5', ...change });
  const masking = createRecordMasking(createRedactor({ pseudonymKey: Buffer.alloc(32, 1) }));
  masking.begin();
  const skeleton = recordSkeleton({ start, boot: 'testboot01', number: 1, masking });
  const { dialect, operation, provider, priceProvider, requestedModel: model } = start;
  const contentType = streamed ? 'text/event-stream' : 'application/json';
  const observation = createObservation({ dialect, operation, contentType, contentEncoding: '', captureBytes: 1e6 });
  const texts = answer.map((one) => JSON.stringify(one));
  observation.push(Buffer.from(streamed ? texts.map((text) => `data: ${text}\n\n`).join('') : texts.join('')), 5);
  const request = chatRequest('Hello');
  return finishRecord({
    ...{ start, skeleton, served: { dialect, provider, priceProvider, model, serviceTier }, request, masking },
    counts: { requestBytes: request.length, responseBytes: 100, requestCut: false, responseCut: false },
    ...{ captureBytes: 1e6, prices: createPriceBook(), end: exchangeEnd(), responseHeaders: [] },
    observed: await observation.finish(),
  });
}

const usage = { prompt_tokens: 1_000_000, completion_tokens: 0, total_tokens: 1_000_000 };
const chat = (tier?: string) => ({
  ...{ id: 'c', object: 'chat.completion', model: 'gpt-5', usage, service_tier: tier },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
});
const dollars = ({ pricing }: ExchangeRecord) => (pricing.costNanos === null ? null : pricing.costNanos / 1e9);

describe('the service tier', () => {
  it.each<[string, string, string | undefined, number]>([
    ['that was answered wins: flex was asked for, standard was had', 'flex', 'default', 1.25],
    ['that was answered wins: nothing was asked for, priority was had', '', 'priority', 2.5],
    ['that was asked for counts where the answer is silent', 'flex', undefined, 0.625],
  ])('%s', async (_claim, asked, answered, expected) => {
    const record = await pricingOf({ start: { serviceTier: asked }, answer: [chat(answered)] });
    expect(dollars(record)).toBe(expected);
    expect(record.pricing.tier).toBe(answered ?? asked);
  });

  it('of a batch stays, though its answer says "default"', async () => {
    const record = await pricingOf({ serviceTier: 'batch', answer: [chat('default')] });
    expect([dollars(record), record.pricing.tier]).toEqual([0.625, 'batch']);
  });

  it('is the last one that a stream of /responses says', async () => {
    const response = (tier: string, more: object = {}) => ({
      id: 'r',
      object: 'response',
      model: 'gpt-5',
      service_tier: tier,
      ...more,
    });
    const record = await pricingOf({
      ...{ streamed: true, start: { dialect: 'openai-responses', serviceTier: 'auto' } },
      answer: [
        { type: 'response.created', response: response('auto', { status: 'in_progress', output: [] }) },
        {
          type: 'response.completed',
          response: response('flex', {
            status: 'completed',
            output: [],
            usage: { input_tokens: 1_000_000, output_tokens: 0, total_tokens: 1_000_000 },
          }),
        },
      ],
    });
    expect([dollars(record), record.pricing.tier]).toEqual([0.625, 'flex']);
  });

  it('is read inside the usage of Anthropic', async () => {
    const answer = {
      ...{ id: 'm', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_reason: 'end_turn' },
      content: [{ type: 'text', text: 'Hi' }],
      usage: { input_tokens: 100_000, output_tokens: 0, service_tier: 'batch' },
    };
    const start = { dialect: 'anthropic-messages', provider: 'anthropic', priceProvider: 'anthropic' } as const;
    const record = await pricingOf({ start, answer: [answer] });
    expect([dollars(record), record.pricing.tier]).toEqual([0.15, 'batch']);
  });
});

describe('what is charged one by one', () => {
  it('is counted in the output of /responses: searches, and not pages that were opened', async () => {
    const call = (action: string) => ({
      type: 'web_search_call',
      id: action,
      status: 'completed',
      action: { type: action },
    });
    const output = [call('search'), call('open_page'), call('search'), { type: 'file_search_call', id: 'f' }];
    const record = await pricingOf({
      start: { dialect: 'openai-responses' },
      answer: [
        {
          ...{ id: 'r', object: 'response', status: 'completed', model: 'gpt-5', output },
          usage: { input_tokens: 1000, output_tokens: 0, total_tokens: 1000 },
        },
      ],
    });
    expect(record.pricing.counted).toEqual({ webSearches: 2, storageSearches: 1 });
    expect(dollars(record)).toBeCloseTo(0.00125 + 0.02 + 0.0025, 9);
  });
});
