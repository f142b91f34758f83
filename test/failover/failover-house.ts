// A proxy with three providers that misbehave on command: `one` and `two` speak OpenAI's format, `claude` Anthropic's. Every
// route gets models of its own, so that what health learns in one test says nothing in the next.
import { request } from 'undici';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { BatchClock } from '../../proxy/batch/await-batch.ts';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import { type Behaviour, type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';

type ProviderName = 'one' | 'two' | 'claude';

export interface FailoverHouse extends Record<ProviderName, FaultyUpstream> {
  house: ProxyHouse;
  ask(model: string, options?: AskOptions): Promise<Said>;
  close(): Promise<void>;
}

export interface AskOptions {
  stream?: boolean;
  /** On top of the request's own fields. */
  body?: object;
  path?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** What the client saw, byte for byte. */
export interface Said {
  status: number;
  headers: Record<string, string>;
  text: string;
  record(): Promise<ExchangeRecord>;
}

export interface FailoverOptions {
  routes: object[];
  /** Beside those three, or more about them; told where they are. */
  providers?(urls: Record<ProviderName, string>): Record<string, object>;
  /** Further sections of the configuration. */
  configuration?: Record<string, unknown>;
  /** How batches are waited for. */
  batchClock?: BatchClock;
}

export async function openFailoverHouse(options: FailoverOptions): Promise<FailoverHouse> {
  const [one, two, claude] = [await startFaultyUpstream(), await startFaultyUpstream(), await startFaultyUpstream()];
  const providers: Record<string, object> = {
    one: { dialect: 'openai', baseUrl: `${one.url}/v1`, apiKey: 'key-of-one' },
    two: { dialect: 'openai', baseUrl: `${two.url}/v1`, apiKey: 'key-of-two' },
    claude: { dialect: 'anthropic', baseUrl: claude.url, apiKey: 'key-of-claude' },
  };
  for (const [name, more] of Object.entries(
    options.providers?.({ one: one.url, two: two.url, claude: claude.url }) ?? {},
  )) {
    providers[name] = { ...providers[name], ...more };
  }
  const configuration = { providers, routes: options.routes, ...options.configuration };
  const house = await openHouse({ configuration, batchClock: options.batchClock });
  return {
    ...{ house, one, two, claude },
    async ask(model, { stream = false, body = {}, path = '/v1/chat/completions', headers = {}, signal } = {}) {
      const messages = [{ role: 'user', content: 'Say hi' }];
      const response = await request(house.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sightline-task': model, ...headers },
        body: JSON.stringify({ model, messages, ...(stream && { stream: true }), ...body }),
        signal,
      });
      const text = await response.body.text();
      const said = response.headers as Record<string, string>;
      const id = said['x-sightline-id'] ?? '';
      return { status: response.statusCode, headers: said, text, record: () => house.record(id) };
    },
    async close() {
      await house.close();
      await Promise.all([one.close(), two.close(), claude.close()]);
    },
  };
}

/** A route for the model of its own name, whose providers are asked in this order. */
export function chain(name: string, providers: readonly string[], extra: object = {}): object {
  const [first, ...others] = providers.map((provider, place) => ({ provider, model: `${name}-${place + 1}` }));
  return { name, match: { model: name }, targets: [first], fallback: others, retries: 0, ...extra };
}

/** The attempts as one reads them: `failover two 200 success`. */
export const attemptsOf = (record: ExchangeRecord): string[] =>
  record.attempts.map(({ kind, provider, status, outcome }) => `${kind} ${provider} ${status ?? '-'} ${outcome}`);

export const chatText = (content: string): Behaviour => answer({ pieces: [chatBody(content)], framing: 'length' });

export const chatBody = (content: string, extra: object = {}): string =>
  JSON.stringify({
    ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
    ...extra,
  });

export const chatChunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' },
    choices: [{ index: 0, delta, finish_reason: finish }],
  })}\n\n`;

/** Only the life-cycle event with which a stream opens. */
export const chatOpening = chatChunk({ role: 'assistant', content: '' });

export const chatPieces = (text: string): string[] => [
  chatOpening,
  chatChunk({ content: text }),
  chatChunk({}, 'stop'),
  'data: [DONE]\n\n',
];

export const chatStreamOf = (text: string): Behaviour => answerStream(chatPieces(text));

export const refusal = (status: number, message = 'no', headers: [string, string][] = []): Behaviour =>
  answer({
    status,
    headers,
    pieces: [JSON.stringify({ error: { message, type: 'server_error' } })],
    framing: 'length',
  });
