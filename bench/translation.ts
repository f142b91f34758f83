// What translating costs: a request of 2 KB and an answer of 1 KB there and back, and each piece of a stream of 200. CPU time
// of the very functions that the steps call, with a bare JSON.parse and JSON.stringify of the same bytes as reference.
import { createPriceBook } from '../catalog/prices.ts';
import { wellKnownProvider } from '../catalog/providers.ts';
import type { Usage } from '../contract/usage.ts';
import type { ClientSide, ProviderSide } from '../proxy/dialects/dialect.ts';
import { dialects } from '../proxy/dialects/index.ts';
import type { NeutralRequest } from '../proxy/dialects/neutral/request.ts';
import { AnswerTranslation } from '../proxy/translation/answer-translation.ts';
import { createKeepsakes } from '../proxy/translation/keepsakes.ts';
import { translateRequest } from '../proxy/translation/translate-request.ts';
import { type ProviderName, streamedAnswer, wholeAnswer } from './translation/answers.ts';
import { type ClientName, requestBytes } from './translation/requests.ts';

interface Direction {
  client: ClientName;
  provider: ProviderName;
  name: string;
  model: string;
}

const directions: Direction[] = [
  { client: 'openai-chat', provider: 'anthropic-messages', name: 'anthropic', model: 'claude-sonnet-4-5' },
  { client: 'openai-chat', provider: 'gemini', name: 'google', model: 'gemini-2.5-flash' },
  { client: 'anthropic-messages', provider: 'openai-chat', name: 'openai', model: 'gpt-4.1' },
  { client: 'openai-responses', provider: 'anthropic-messages', name: 'anthropic', model: 'claude-sonnet-4-5' },
];
const rounds = 15;
const wholesARound = 400;
const streamsARound = 20;

interface Figures {
  /** Request and whole answer together; `wholeTimes`: as a multiple of the reference. */
  wholeMicros: number;
  wholeTimes: number;
  chunkMicros: number;
  chunkTimes: number;
}

/** The dearest direction of each, then all of them. */
export interface TranslationFigures extends Figures {
  directions: Record<string, Figures>;
}

export async function translation(say: (line: string) => void): Promise<TranslationFigures> {
  const found = Object.fromEntries(
    directions.map((direction) => {
      const name = `${direction.client} to ${direction.provider}`;
      const { wholeMicros, wholeTimes, chunkMicros, chunkTimes } = measured(direction);
      say(
        `  ${name.padEnd(40)}${wholeMicros} µs (${wholeTimes}x)`.padEnd(66) +
          `${chunkMicros} µs a chunk (${chunkTimes}x)`,
      );
      return [name, { wholeMicros, wholeTimes, chunkMicros, chunkTimes }];
    }),
  );
  const dearest = (figure: keyof Figures): number => Math.max(...Object.values(found).map((each) => each[figure]));
  return {
    ...{ wholeMicros: dearest('wholeMicros'), wholeTimes: dearest('wholeTimes') },
    ...{ chunkMicros: dearest('chunkMicros'), chunkTimes: dearest('chunkTimes') },
    directions: found,
  };
}

function measured(direction: Direction): Figures {
  const { client, provider } = direction;
  const translator = createTranslator(direction);
  const asked = requestBytes(client, false);
  const answer = wholeAnswer(provider);
  const chunks = streamedAnswer(provider);
  const streamed = translator.request(requestBytes(client, true)).request;
  const whole = (): void => translator.whole(translator.request(asked).request, answer);
  const stream = (): void => translator.stream(streamed, chunks);
  const data = chunks.map((chunk) => chunk.subarray(chunk.indexOf('data: ') + 'data: '.length)).filter(isJson);
  const plainWhole = (): void => [asked, answer].forEach(parsedAndWritten);
  const plainChunks = (): void => data.forEach(parsedAndWritten);
  const wholes = micros(whole, plainWhole, wholesARound);
  const streams = micros(stream, plainChunks, streamsARound);
  return {
    ...{ wholeMicros: rounded(wholes.micros), wholeTimes: rounded(wholes.times) },
    ...{ chunkMicros: rounded(streams.micros / chunks.length), chunkTimes: rounded(streams.times) },
  };
}

function createTranslator({ client: clientName, provider: wire, name, model }: Direction) {
  const client = dialects[clientName].client as ClientSide;
  const provider = dialects[wire].provider as ProviderSide;
  const keepsakes = createKeepsakes({ clock: Date.now });
  const prices = createPriceBook({ overlay: null });
  const target = {
    model,
    quirks: wellKnownProvider(name)?.quirks ?? { streamUsage: 'ask' as const },
    maxOutputTokens: null,
  };
  const costOf = (usage: Usage, reportedCost: string | null): number | null =>
    prices.price({ provider: name, model, usage, reportedCost, usageSource: 'reported', at: Date.now() }).costNanos;
  const answering = (request: NeutralRequest, contentType: string): AnswerTranslation => {
    const context = {
      exchangeId: '01a20e0b-8753-7a03-946a-1b681e38a719',
      created: 1_767_225_600,
      model,
      request,
      costOf,
    };
    const writer = client.answerWriter(context);
    return new AnswerTranslation({ wire, contentType, writer, streams: request.stream, newCallId: () => 'call_new' });
  };
  return {
    request(bytes: Buffer) {
      const read = client.readRequest(JSON.parse(bytes.toString()));
      const request = { ...read, messages: keepsakes.restore('owner', read.messages) };
      const { body } = translateRequest({ request, client, provider, target, policy: null });
      return { request, bytes: Buffer.from(JSON.stringify(body)) };
    },
    whole(request: NeutralRequest, bytes: Buffer): void {
      const conversion = answering(request, 'application/json');
      conversion.push(bytes);
      conversion.end();
      if (!conversion.complete) throw new Error('The answer was not understood.');
      Buffer.from(JSON.stringify(conversion.whole()));
    },
    stream(request: NeutralRequest, chunks: readonly Buffer[]): void {
      const conversion = answering(request, 'text/event-stream');
      for (const chunk of chunks) Buffer.from(conversion.push(chunk));
      Buffer.from(conversion.end());
      if (!conversion.complete) throw new Error('The stream was not understood.');
    },
  };
}

const isJson = (bytes: Buffer): boolean => bytes[0] === '{'.charCodeAt(0);
const parsedAndWritten = (bytes: Buffer): Buffer => Buffer.from(JSON.stringify(JSON.parse(bytes.toString())));

/** Median over rounds in which work and reference take turns, after some that are thrown away. */
function micros(work: () => void, reference: () => void, times: number): { micros: number; times: number } {
  const works: number[] = [];
  const ratios: number[] = [];
  for (let round = -5; round < rounds; round++) {
    const took = cpuMicros(work, times);
    const plain = cpuMicros(reference, times);
    if (round < 0) continue;
    works.push(took / times);
    ratios.push(took / plain);
  }
  return { micros: median(works), times: median(ratios) };
}

function cpuMicros(work: () => void, times: number): number {
  const began = process.cpuUsage();
  for (let at = 0; at < times; at++) work();
  const { user, system } = process.cpuUsage(began);
  return user + system;
}

const median = (values: number[]): number => values.sort((one, other) => one - other)[values.length >> 1] as number;
const rounded = (value: number): number => Number(value.toFixed(2));
