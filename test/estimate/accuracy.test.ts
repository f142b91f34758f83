// How near the estimate comes to what a tokeniser counts, once 200 calls have taught it what its model is like.
import { Tiktoken } from 'js-tiktoken/lite';
import cl100k from 'js-tiktoken/ranks/cl100k_base';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { describe, expect, it } from 'vitest';
import { countTokens } from '../../catalog/tokens/count-tokens.ts';
import { scanTopLevel } from '../../proxy/dialects/reading/top-level-fields.ts';
import { TokenRatios } from '../../proxy/estimate/token-ratios.ts';
import { type Message, Prompts } from './prompts.ts';

const modern = new Tiktoken(o200k);
const older = new Tiktoken(cl100k);
const countWith = (tokeniser: Tiktoken, messages: Message[]): number =>
  messages.reduce((sum, { content }) => sum + tokeniser.encode(content).length + 4, 3);

/** Models as providers run them: a tokeniser, and what they add to each call. */
const models: [string, (messages: Message[]) => number][] = [
  ['a tokeniser of 200 000 words', (messages) => countWith(modern, messages)],
  ['one of 100 000 words, with a preamble of its own', (messages) => countWith(older, messages) + 25],
  ['one that makes a third more of everything', (messages) => Math.round(countWith(modern, messages) * 1.35)],
];

const quantile = (values: number[], share: number): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * share)] ?? Number.NaN;

describe('after 200 calls the estimate of input tokens', () => {
  it.each(models)('is off by at most a tenth in 19 of 20 calls: %s', (name, counted) => {
    const prompts = new Prompts(42);
    const ratios = new TokenRatios();
    const errors: number[] = [];
    for (let call = 0; call < 700; call++) {
      const messages = prompts.next();
      const body = Buffer.from(JSON.stringify({ model: 'm', messages }));
      const count = countTokens(body, scanTopLevel(body));
      if (!count) throw new Error('a text without media is counted');
      const used = counted(messages);
      if (call >= 200) errors.push(Math.abs((count.tokens * ratios.of('p', 'm', count).ratio) / used - 1));
      ratios.learn({ provider: 'p', model: 'm', counted: count, used });
    }
    const p95 = quantile(errors, 0.95);
    process.stdout.write(`estimate, ${name}: p50 ${percent(quantile(errors, 0.5))}, p95 ${percent(p95)}\n`);
    expect(p95).toBeLessThanOrEqual(0.1);
  });
});

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
