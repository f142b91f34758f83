// Makers for recorder tests: a temporary folder, a recording configuration, the start and the end of an exchange.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { plainAttempt } from '../../contract/attempt.ts';
import { RecordingConfiguration } from '../../contract/configuration.ts';
import type { ExchangeEnd, ExchangeStart } from '../../proxy/tap/recorder.ts';

export function temporaryFolder(): { path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-recording-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export const recordingConfiguration = (given: Partial<RecordingConfiguration> = {}): RecordingConfiguration =>
  RecordingConfiguration.parse({ sealAfterMs: 50, ...given });

export function exchangeStart(given: Partial<ExchangeStart> = {}): ExchangeStart {
  return {
    id: randomUUID(),
    startedAt: Date.now(),
    attribution: {
      ...{ tenant: 'default', team: 'team', app: 'app', environment: 'test', user: 'someone', task: 'task' },
      ...{ session: '', key: '', tags: { colour: 'blue' } },
    },
    ...{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), method: 'POST', path: '/v1/chat/completions' },
    ...{ dialect: 'openai-chat', operation: 'chat', provider: 'openai', priceProvider: 'openai' },
    ...{ requestedModel: 'gpt-4o-mini', stream: false, passthrough: false, client: 'test', capture: 'full' },
    requestHeaders: [
      ['content-type', 'application/json'],
      ['authorization', 'Bearer sk-proj-abcdefghijklmnopqrstuvwxyz0123456789'],
    ],
    ...{ serviceTier: '', degraded: [] },
    ...given,
  };
}

export function exchangeEnd(given: Partial<ExchangeEnd> = {}): ExchangeEnd {
  const attempt = {
    ...{
      number: 1,
      provider: 'openai',
      model: 'gpt-4o-mini',
      region: '',
      startedAtMs: 1,
      connectMs: 1,
      firstByteMs: 2,
    },
    ...{
      totalMs: 10,
      status: 200,
      outcome: 'success' as const,
      errorCode: '',
      ...plainAttempt,
      providerRequestId: 'req_1',
    },
  };
  return {
    ...{ totalMs: 12, firstByteMs: 3, overheadMicros: 250, outcome: 'success', httpStatus: 200 },
    ...{ errorCode: '', errorMessage: '', attempts: [attempt], answeredBy: 1, decision: null, notes: [] },
    ...{ estimate: null, cache: null, policies: [] },
    ...given,
  };
}

export const chatRequest = (content: string) =>
  Buffer.from(JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }));

export const chatAnswer = (content: string) =>
  Buffer.from(
    JSON.stringify({
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'gpt-4o-mini-2024-07-18' },
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 },
    }),
  );

/** Waits for what takes as long as it takes; the test's own timeout is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
