// Invoices as providers export them: every shape is read without being told which it is, and what is not understood is said.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherDays } from '../../../catalog/reconcile/invoice-days.ts';
import { NoInvoice, readInvoice } from '../../../catalog/reconcile/read-invoice.ts';

const dollar = 10n ** 18n;
const csv = (...lines: string[]): string => lines.join('\n');

describe('a shape that is recognised', () => {
  it('OpenAI costs, with the model and the kind of token in one column and days as seconds', () => {
    const { shape, lines } = readInvoice(
      csv(
        'start_time,end_time,start_time_iso,amount_value,amount_currency,line_item,project_id',
        '1763683200,1763769600,2025-11-21T00:00:00+00:00,1.25,usd,"gpt-5-2025-08-07, input",proj_1',
        '1763683200,1763769600,2025-11-21T00:00:00+00:00,0.0125,usd,"gpt-5-2025-08-07, cached input",proj_1',
        '1763683200,1763769600,2025-11-21T00:00:00+00:00,10,usd,"gpt-5-2025-08-07, output",proj_1',
      ),
    );
    expect(shape).toBe('OpenAI costs');
    expect(lines.map(({ day, provider, model, bucket, amount }) => ({ day, provider, model, bucket, amount }))).toEqual(
      [
        {
          day: '2025-11-21',
          provider: 'openai',
          model: 'gpt-5-2025-08-07',
          bucket: 'inputUncached',
          amount: (dollar * 5n) / 4n,
        },
        {
          day: '2025-11-21',
          provider: 'openai',
          model: 'gpt-5-2025-08-07',
          bucket: 'inputCacheRead',
          amount: dollar / 80n,
        },
        { day: '2025-11-21', provider: 'openai', model: 'gpt-5-2025-08-07', bucket: 'output', amount: 10n * dollar },
      ],
    );
  });

  it('OpenAI usage, which has tokens and no amounts', () => {
    const { shape, lines } = readInvoice(
      csv(
        'start_time,num_model_requests,model,batch,input_tokens,output_tokens,input_cached_tokens',
        '1763683200,5,gpt-5,false,1000,500,800',
      ),
    );
    expect(shape).toBe('OpenAI usage');
    expect(lines[0]).toMatchObject({
      ...{ amount: null, requests: 5, tokens: { input: 1000, inputCacheRead: 800, output: 500 } },
    });
  });

  it('Anthropic costs, a line for each kind of token', () => {
    const { shape, lines } = readInvoice(
      csv(
        'usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,cost_type',
        '2026-11-21,claude-sonnet-4-5,Default,key,message,<=200k,input_no_cache,3.00,token',
        '2026-11-21,claude-sonnet-4-5,Default,key,message,<=200k,input_cache_write_1h,6.00,token',
      ),
    );
    expect(shape).toBe('Anthropic costs');
    expect(lines.map(({ bucket, provider }) => [bucket, provider])).toEqual([
      ['inputUncached', 'anthropic'],
      ['inputCacheWrite1h', 'anthropic'],
    ]);
  });

  it('FOCUS, of which only usage counts', () => {
    const { shape, lines, ignored } = readInvoice(
      csv(
        'BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ProviderName,x_Model',
        '0.5,USD,Usage,2026-11-21T00:00:00Z,OpenAI,gpt-5',
        '0.1,USD,Tax,2026-11-21T00:00:00Z,OpenAI,gpt-5',
      ),
    );
    expect(shape).toBe('FOCUS');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ provider: 'openai', model: 'gpt-5', day: '2026-11-21', amount: dollar / 2n });
    expect(ignored).toEqual(['line 3: the charge is for Tax, not for usage']);
  });

  it('a plain table with semicolons, a byte order mark, dollar signs and headers of its own case', () => {
    const { lines } = readInvoice('\ufeffDate;Model;Amount (USD)\r\n2026-11-21;gpt-5;"$1,234.56"\r\n');
    expect(lines[0]).toMatchObject({ model: 'gpt-5', amount: (dollar * 123456n) / 100n, slack: dollar / 200n });
  });
});

describe('what is not understood', () => {
  it('is said with the columns that were found', () => {
    expect(() => readInvoice('when,what\n1,2\n')).toThrow(
      /no column for a day .* or for a model .* or for an amount .*; the columns are: when, what/,
    );
    expect(() => readInvoice('')).toThrow(NoInvoice);
  });
  it.each([
    ['21.11.2026,gpt-5,1', '"21.11.2026" is no day'],
    ['2026-11-21,,1', 'it names no model'],
    ['2026-11-21,gpt-5,-3', '"-3" is no amount'],
    ['2026-13-41,gpt-5,3', '"2026-13-41" is no day'],
  ])('is left out and named: %s', (line, why) => {
    const { ignored, lines } = readInvoice(csv('date,model,amount_usd', '2026-11-20,gpt-5,1', line));
    expect(lines).toHaveLength(1);
    expect(ignored[0]).toContain(why);
  });
  it('is an amount in another currency', () => {
    expect(() => readInvoice(csv('date,model,amount,currency', '2026-11-20,gpt-5,1,EUR'))).toThrow(/EUR/);
  });
  it('never breaks the reading, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        try {
          readInvoice(`date,model,amount_usd\n${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(NoInvoice);
        }
      }),
    );
  });
});

it('lines of a day and model are added up exactly, with what their rounding may hide', () => {
  const { lines } = readInvoice(csv('date,model,amount_usd', '2026-11-20,gpt-5,0.1', '2026-11-20,GPT-5,0.2'));
  const days = gatherDays(lines, { provider: 'openai', nameOf: (_provider, model) => model.toLowerCase() });
  expect([...days.values()]).toMatchObject([{ nanos: 300_000_000n, slackNanos: 100_000_000n, provider: 'openai' }]);
});
