// A provider's refusal as the official SDKs throw it, for clients of every format: the class of error, its status, what the
// provider said itself, and when to come back.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorClass } from '../../proxy/dialects/neutral/error.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { type HeaderUpstream, startHeaderUpstream } from '../upstream/header-upstream.ts';
import { openAiClient } from './chat-client.ts';
import { anthropicClient } from './messages-client.ts';

let upstream: HeaderUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startHeaderUpstream();
  const provider = { baseUrl: upstream.url, apiKey: 'k' };
  const openai = { ...provider, baseUrl: `${upstream.url}/v1` };
  const providers = { openai, anthropic: provider, google: provider, cohere: provider };
  house = await openHouse({ configuration: { providers } });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

type Thrown = InstanceType<typeof OpenAI.APIError> | InstanceType<typeof Anthropic.APIError>;
type ClientName = 'chat' | 'responses' | 'messages';

async function thrownBy(client: ClientName, model: string): Promise<Thrown> {
  const openai = openAiClient(house.url);
  const messages = [{ role: 'user' as const, content: 'Hi' }];
  const asking: Record<ClientName, () => Promise<unknown>> = {
    chat: () => openai.chat.completions.create({ model, messages }),
    responses: () => openai.responses.create({ model, input: 'Hi' }),
    messages: () => anthropicClient(house.url).messages.create({ model, messages, max_tokens: 9 }),
  };
  return asking[client]().then(
    () => Promise.reject(new Error('It was answered.')),
    (thrown: Thrown) => thrown,
  );
}

interface Refusal {
  model: string;
  status: number;
  body: { error: { message: string; [field: string]: unknown } } | { message: string };
}

/** As Google, Anthropic, OpenAI and Cohere say it. */
const google = (status: number, word: string, message: string, details: unknown[] = []): Refusal => {
  return { model: 'google/m', status, body: { error: { code: status, message, status: word, details } } };
};
const anthropic = (status: number, type: string, message: string): Refusal => {
  const body = { type: 'error', error: { type, message } };
  return { model: 'anthropic/m', status, body };
};
const openai = (status: number, code: string | null, message: string): Refusal => {
  const error = { message, type: 'invalid_request_error', param: null, code };
  return { model: 'openai/m', status, body: { error } };
};
const cohere = (status: number, message: string): Refusal => ({ model: 'cohere/m', status, body: { message } });

interface Row {
  kind: ErrorClass;
  said: Refusal[];
  /** Status, the name of the class that the SDK throws, and the word for it: OpenAI's code, Anthropic's type. */
  chat: [number, string, string | null];
  messages: [number, string, string];
}

const rows: Row[] = [
  {
    kind: 'rate_limit',
    said: [
      google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted.'),
      anthropic(429, 'rate_limit_error', 'This request would exceed your rate limit.'),
      openai(429, 'rate_limit_exceeded', 'Rate limit reached for requests per min.'),
      cohere(429, 'Please wait and try again later.'),
    ],
    chat: [429, 'RateLimitError', 'rate_limit_exceeded'],
    messages: [429, 'RateLimitError', 'rate_limit_error'],
  },
  {
    kind: 'overloaded',
    said: [
      google(503, 'UNAVAILABLE', 'The model is overloaded.'),
      anthropic(529, 'overloaded_error', 'Overloaded'),
      openai(503, 'server_is_overloaded', 'Our servers are currently overloaded.'),
    ],
    chat: [503, 'InternalServerError', 'server_is_overloaded'],
    messages: [529, 'OverloadedError', 'overloaded_error'],
  },
  {
    kind: 'quota',
    said: [
      anthropic(400, 'invalid_request_error', 'Your credit balance is too low.'),
      openai(429, 'insufficient_quota', 'You exceeded your current quota.'),
    ],
    chat: [429, 'RateLimitError', 'insufficient_quota'],
    messages: [402, 'PaymentRequiredError', 'billing_error'],
  },
  {
    kind: 'authentication',
    said: [
      google(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'),
      anthropic(401, 'authentication_error', 'invalid x-api-key'),
      openai(401, 'invalid_api_key', 'Incorrect API key provided.'),
      cohere(401, 'invalid api token'),
    ],
    chat: [401, 'AuthenticationError', 'invalid_api_key'],
    messages: [401, 'AuthenticationError', 'authentication_error'],
  },
  {
    kind: 'permission',
    said: [google(403, 'PERMISSION_DENIED', 'Not for this project.'), anthropic(403, 'permission_error', 'Not yours.')],
    chat: [403, 'PermissionDeniedError', 'insufficient_permissions'],
    messages: [403, 'PermissionDeniedError', 'permission_error'],
  },
  {
    kind: 'not_found',
    said: [
      google(404, 'NOT_FOUND', 'models/m is not found.'),
      anthropic(404, 'not_found_error', 'model: m'),
      openai(404, 'model_not_found', 'The model `m` does not exist.'),
    ],
    chat: [404, 'NotFoundError', 'model_not_found'],
    messages: [404, 'NotFoundError', 'not_found_error'],
  },
  {
    kind: 'context_length',
    said: [
      google(400, 'INVALID_ARGUMENT', 'The input token count (9) exceeds the maximum number of tokens allowed (8).'),
      anthropic(400, 'invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum'),
      openai(400, 'context_length_exceeded', 'This model has a maximum context length of 8 tokens.'),
      cohere(400, 'too many tokens: size limit exceeded by 1 token.'),
    ],
    chat: [400, 'BadRequestError', 'context_length_exceeded'],
    messages: [400, 'BadRequestError', 'invalid_request_error'],
  },
  {
    kind: 'content_filter',
    said: [openai(400, 'content_filter', 'The response was filtered.')],
    chat: [400, 'BadRequestError', 'content_filter'],
    messages: [400, 'BadRequestError', 'invalid_request_error'],
  },
  {
    kind: 'too_large',
    said: [
      anthropic(413, 'request_too_large', 'Request exceeds the maximum size'),
      google(413, 'INVALID_ARGUMENT', 'Request payload is too large.'),
    ],
    chat: [413, 'APIError', 'request_too_large'],
    messages: [413, 'ContentTooLargeError', 'request_too_large'],
  },
  {
    kind: 'timeout',
    said: [google(504, 'DEADLINE_EXCEEDED', 'Deadline expired.'), anthropic(504, 'timeout_error', 'Timed out.')],
    chat: [504, 'InternalServerError', 'request_timeout'],
    messages: [504, 'GatewayTimeoutError', 'timeout_error'],
  },
  {
    kind: 'invalid',
    said: [
      google(400, 'INVALID_ARGUMENT', 'temperature must be below 2'),
      anthropic(400, 'invalid_request_error', 'temperature: range 0..1'),
      openai(422, null, 'Unprocessable'),
    ],
    chat: [400, 'BadRequestError', null],
    messages: [400, 'BadRequestError', 'invalid_request_error'],
  },
  {
    kind: 'server',
    said: [
      google(500, 'INTERNAL', 'An internal error has occurred.'),
      anthropic(500, 'api_error', 'Internal server error'),
      openai(500, null, 'The server had an error.'),
    ],
    chat: [500, 'InternalServerError', 'server_error'],
    messages: [500, 'InternalServerError', 'api_error'],
  },
];

/** Each with every client that speaks another format than the provider. */
const cases = rows.flatMap(({ kind, said, chat, messages }) =>
  said.flatMap((answer) =>
    (['chat', 'responses', 'messages'] as const)
      .filter((client) => !answer.model.startsWith(client === 'messages' ? 'anthropic' : 'openai'))
      .map((client) => ({ kind, client, answer, expected: client === 'messages' ? messages : chat })),
  ),
);

describe('a refusal', () => {
  it.each(cases)('of class $kind by $answer.model ($answer.status) reaches a client of $client', async (row) => {
    const { client, answer, expected } = row;
    const [status, sdkClass, word] = expected;
    upstream.answer = answer;
    const thrown = await thrownBy(client, answer.model);
    expect(thrown).toBeInstanceOf(client === 'messages' ? Anthropic.APIError : OpenAI.APIError);
    expect(thrown.constructor.name).toBe(sdkClass);
    expect(thrown.status).toBe(status);
    const { message } = 'error' in answer.body ? answer.body.error : answer.body;
    expect(thrown.message).toContain(message);
    const id = thrown.headers?.get('x-sightline-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    if (client === 'messages') {
      const { error } = (thrown as InstanceType<typeof Anthropic.APIError>).error as { error: Record<string, unknown> };
      expect(error).toMatchObject({ type: word, details: { provider_error: answer.body } });
    } else {
      expect(thrown).toMatchObject({ code: word, error: { provider_error: answer.body } });
    }
    expect(await house.record(id ?? '')).toMatchObject({ outcome: 'failed', httpStatus: status });
  });

  it('keeps a server’s own number, whatever it is, and quotes what is no JSON', async () => {
    upstream.answer = { status: 502, body: '<html>\n<h1>Bad  gateway</h1>' };
    const thrown = await thrownBy('chat', 'google/m');
    expect([thrown.status, thrown.constructor]).toEqual([502, OpenAI.InternalServerError]);
    expect(thrown.message).toContain('<html> <h1>Bad gateway</h1>');
  });
});

describe('when to come back', () => {
  const limited = { status: 429, body: { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } } };
  const info = (retryDelay: string) => ({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
  const told = ({ headers }: Thrown) => ['retry-after', 'retry-after-ms'].map((name) => headers?.get(name) ?? null);

  it.each(['chat', 'responses'] as const)(
    'is carried from the provider’s headers to a client of %s',
    async (client) => {
      upstream.answer = { ...limited, headers: { 'retry-after': '17' } };
      expect(told(await thrownBy(client, 'anthropic/m'))).toEqual(['17', null]);
      upstream.answer = { ...limited, headers: { 'retry-after': '1', 'retry-after-ms': '250' } };
      expect(told(await thrownBy(client, 'anthropic/m'))).toEqual(['1', '250']);
    },
  );

  it.each(['chat', 'responses', 'messages'] as const)(
    'is derived from Gemini’s body for a client of %s',
    async (client) => {
      const { status, body } = google(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', [{}, info('34.4s')]);
      upstream.answer = { status, body };
      expect(told(await thrownBy(client, 'google/m'))).toEqual(['35', '34400']);
      upstream.answer = { status, body, headers: { 'retry-after': '2' } };
      expect(told(await thrownBy(client, 'google/m'))).toEqual(['2', null]);
    },
  );

  it('turns Gemini’s word for every limit into a rate limit, where it says when to come back', async () => {
    const message = 'You exceeded your current quota, please check your plan and billing details.';
    upstream.answer = google(429, 'RESOURCE_EXHAUSTED', message, [info('12s')]);
    expect(await thrownBy('chat', 'google/m')).toMatchObject({ code: 'rate_limit_exceeded' });
    upstream.answer = google(429, 'RESOURCE_EXHAUSTED', message);
    expect(await thrownBy('chat', 'google/m')).toMatchObject({ code: 'insufficient_quota' });
  });

  it('is not told where nobody knows', async () => {
    upstream.answer = limited;
    expect(told(await thrownBy('chat', 'anthropic/m'))).toEqual([null, null]);
  });

  it.each([
    [429, 'rate_limit_error', 'true'],
    [529, 'overloaded_error', 'true'],
    [500, 'api_error', 'true'],
    [400, 'invalid_request_error', 'false'],
    [401, 'authentication_error', 'false'],
  ])('is worth trying after a %d %s: %s', async (status, type, worth) => {
    upstream.answer = anthropic(status, type, 'No.');
    expect((await thrownBy('chat', 'anthropic/m')).headers?.get('x-should-retry')).toBe(worth);
  });
});
