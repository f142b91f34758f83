// What the simulated providers say is what Sightline's own observers read: complete, with finish and usage that add up.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SimulatedProviders, startSimulatedProviders } from '../../cli/demo/providers.ts';
import { reviewChange } from '../../cli/demo/tasks/review-change.ts';
import type { Usage } from '../../contract/usage.ts';
import type { DialectName } from '../../contract/words.ts';
import { createObservation } from '../../proxy/observe/create-observation.ts';
import type { Observed } from '../../proxy/observe/observation.ts';

let providers: SimulatedProviders;
beforeAll(async () => {
  providers = await startSimulatedProviders({ seed: 4, severity: 0, slowness: 0, now: Date.now });
});
afterAll(() => providers.close());

const system = reviewChange.instructions;
const surfaces = (stream: boolean): { dialect: DialectName; url: string; body: object }[] => {
  const { openai, anthropic, google } = providers.baseUrls;
  const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  const user = { role: 'user', content: 'diff' };
  const chat = { model: 'gpt-5.6-terra', stream, ...(stream ? { stream_options: { include_usage: true } } : {}) };
  return [
    {
      dialect: 'openai-chat',
      url: `${openai}/chat/completions`,
      body: { ...chat, messages: [{ role: 'system', content: system }, user] },
    },
    {
      dialect: 'openai-responses',
      url: `${openai}/responses`,
      body: { model: 'gpt-5.6-terra', stream, instructions: system, input: 'diff' },
    },
    {
      dialect: 'anthropic-messages',
      url: `${anthropic}/v1/messages`,
      body: {
        model: 'claude-opus-5',
        max_tokens: 999,
        stream,
        system,
        thinking: { type: 'adaptive' },
        messages: [user],
      },
    },
    {
      dialect: 'gemini',
      url: `${google}/v1/models/gemini-3.1-pro-preview:${method}`,
      body: {
        systemInstruction: { parts: [{ text: system }] },
        generationConfig: { thinkingConfig: { includeThoughts: true } },
        contents: [{ role: 'user', parts: [{ text: 'diff' }] }],
      },
    },
  ];
};

test.each([false, true])('every dialect reads them, streamed: %s', async (stream) => {
  for (const { dialect, url, body } of surfaces(stream)) {
    const observed = await observe(dialect, url, body);
    expect(observed, dialect).toMatchObject({ terminal: true, stream, error: null, decodeProblem: '' });
    expect(observed.finish?.unified, dialect).toBe('stop');
    expect(observed.answer?.text, dialect).toMatch(/merge|remain|change/);
    const shown = dialect === 'openai-chat' ? '' : expect.stringMatching(/./);
    expect(observed.answer?.reasoning, dialect).toEqual(shown);
    // Anthropic reports no total.
    expect(observed.usage.total ?? sumOf(observed.usage), dialect).toBe(sumOf(observed.usage));
    expect(observed.usage.inputUncached ?? 0, dialect).toBeGreaterThan(0);
  }
});

async function observe(dialect: DialectName, url: string, body: object): Promise<Observed> {
  const headers = {
    authorization: 'Bearer k',
    'x-api-key': 'k',
    'x-goog-api-key': 'k',
    'anthropic-version': '2023-06-01',
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const observation = createObservation({
    dialect,
    operation: dialect === 'gemini' ? 'generate_content' : 'chat',
    contentType: response.headers.get('content-type') ?? '',
    contentEncoding: '',
    captureBytes: 1e6,
  });
  for await (const bytes of response.body ?? []) observation.push(bytes, 1);
  return observation.finish();
}

function sumOf({ total: _total, raw: _raw, ...buckets }: Usage): number {
  return Object.values(buckets).reduce((sum: number, tokens) => sum + (tokens ?? 0), 0);
}
