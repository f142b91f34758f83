// Official clients as the matrix asks through them: what they see of an answer, in a few words.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import type { Form } from './faults.ts';

export type ClientName = 'openai chat' | 'openai responses' | 'anthropic' | 'google';

export interface Asking {
  url: string;
  model: string;
  form: Form;
}

/**
 * `Hello`; `Hel + error` where a stream breaks off; `error 503`; `no connection`; `unreadable` where the client cannot make
 * sense of what it got.
 */
export async function whatTheClientSees(client: ClientName, asking: Asking): Promise<string> {
  let text = '';
  try {
    if (asking.form === 'whole') return (await clients[client].whole(asking)) || 'nothing';
    for await (const part of clients[client].stream(asking)) text += part ?? '';
    return text || 'nothing';
  } catch (error) {
    const seen = nameOf(error as Thrown);
    return text ? `${text} + ${seen}` : seen;
  }
}

interface Thrown {
  status?: number;
  headers?: Headers;
}

function nameOf(error: Thrown): string {
  // A second is what Sightline says for itself; a provider's own wish is longer here.
  const wait = error.headers?.get('retry-after') ?? '1';
  if (typeof error.status === 'number') return `error ${error.status}${wait === '1' ? '' : ', wait'}`;
  if (error instanceof OpenAI.APIConnectionError || error instanceof Anthropic.APIConnectionError)
    return 'no connection';
  if (error instanceof OpenAI.APIError || error instanceof Anthropic.APIError) return 'error';
  if (error instanceof SyntaxError) return 'unreadable';
  return /terminated|socket|fetch failed|aborted/i.test(String(error)) ? 'broken connection' : `${error}`;
}

interface Client {
  whole(asking: Asking): Promise<string>;
  stream(asking: Asking): AsyncIterable<string | null | undefined>;
}

const content = 'Say hello';
const messages = [{ role: 'user' as const, content }];
/** Second tries are counted by task; one that has many must not use up another cell's. */
const taskOf = (model: string) => ({ 'x-sightline-task': model });
const openai = ({ url, model }: Asking) =>
  new OpenAI({ apiKey: 'sk-own', baseURL: `${url}/v1`, maxRetries: 0, defaultHeaders: taskOf(model) });
const anthropic = ({ url, model }: Asking) =>
  new Anthropic({ apiKey: 'sk-own', baseURL: url, maxRetries: 0, defaultHeaders: taskOf(model) });
const google = ({ url, model }: Asking) =>
  new GoogleGenAI({ apiKey: 'own', httpOptions: { baseUrl: url, headers: taskOf(model) } });

const clients: Record<ClientName, Client> = {
  'openai chat': {
    async whole(asking) {
      const { choices } = await openai(asking).chat.completions.create({ model: asking.model, messages });
      return choices?.[0]?.message.content ?? '';
    },
    async *stream(asking) {
      const { model } = asking;
      for await (const part of await openai(asking).chat.completions.create({ model, messages, stream: true }))
        yield part.choices[0]?.delta.content;
    },
  },
  'openai responses': {
    async whole(asking) {
      return (await openai(asking).responses.create({ model: asking.model, input: content })).output_text ?? '';
    },
    async *stream(asking) {
      const { model } = asking;
      for await (const part of await openai(asking).responses.create({ model, input: content, stream: true })) {
        if (part.type === 'error') throw new OpenAI.APIError(undefined, part, part.message, undefined);
        yield part.type === 'response.output_text.delta' ? part.delta : '';
      }
    },
  },
  anthropic: {
    async whole(asking) {
      const message = await anthropic(asking).messages.create({ model: asking.model, max_tokens: 50, messages });
      return message.content?.map((block) => (block.type === 'text' ? block.text : '')).join('') ?? '';
    },
    async *stream(asking) {
      const { model } = asking;
      const stream = await anthropic(asking).messages.create({ model, max_tokens: 50, messages, stream: true });
      for await (const part of stream)
        yield part.type === 'content_block_delta' && part.delta.type === 'text_delta' ? part.delta.text : '';
    },
  },
  google: {
    async whole(asking) {
      return (await google(asking).models.generateContent({ model: asking.model, contents: content })).text ?? '';
    },
    async *stream(asking) {
      for await (const part of await google(asking).models.generateContentStream({
        ...{ model: asking.model, contents: content },
      }))
        yield part.text;
    },
  },
};
