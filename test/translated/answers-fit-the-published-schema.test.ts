// What clients of OpenAI's chat and responses are sent in other providers' names is, by OpenAI's own published description,
// what OpenAI would send: every body, chunk and event made from a recorded answer.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedFiles } from '../observe/recordings.ts';
import type { ReplayUpstream } from '../recorded/replay-upstream.ts';
import type { ProxyHouse } from '../support/proxy-house.ts';
import { openaiSchemaJudge } from '../translation/openai-schema.ts';
import { askedProviders, recordingsOf } from './asked-providers.ts';
import { askChat, type ChatAnswer, openAiClient } from './chat-client.ts';
import { type ReplayHouse, replayAnswers, startRecordedUpstream } from './replayed-answers.ts';
import { askResponses } from './responses-client.ts';
import { openTranslationHouse } from './translation-house.ts';

const judge = openaiSchemaJudge();
let upstream: ReplayUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  house = await openTranslationHouse(upstream.url);
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

const schemas = {
  chat: { whole: 'CreateChatCompletionResponse', piece: 'CreateChatCompletionStreamResponse' },
  responses: { whole: 'Response', piece: 'ResponseStreamEvent' },
};

/** The SDK adds the joined text to a response; everything else in it is ours. */
function asSent(piece: unknown): unknown {
  const { output_text: _, ...sent } = piece as { output_text?: string };
  return sent;
}

function roomFor(format: keyof typeof schemas): ReplayHouse {
  const client = openAiClient(house.url);
  return {
    ...{ house, upstream, format },
    ask: ({ model, words, stream }) =>
      format === 'chat'
        ? askChat(client, { model, messages: [{ role: 'user', content: words }] }, stream)
        : askResponses(client, { model, input: words }, stream),
    alsoCheck({ pieces }: ChatAnswer, stream) {
      const { whole, piece } = schemas[format];
      const problems = pieces.flatMap((each) => judge?.(stream ? piece : whole, asSent(each)) ?? []);
      return [...new Set(problems)].slice(0, 3);
    },
  };
}

describe.skipIf(recordedFiles() === null || judge === null)('OpenAI’s description', () => {
  test.each(askedProviders.filter(({ speaksChat }) => !speaksChat))(
    'fits chat that $name answered',
    async (provider) => {
      const { lines } = await replayAnswers(roomFor('chat'), provider, recordingsOf(provider).asked, ['whole']);
      expect({ failed: lines.length, first: lines.slice(0, 12) }).toEqual({ failed: 0, first: [] });
    },
  );

  test.each(askedProviders)('fits responses that $name answered', async (provider) => {
    const { lines } = await replayAnswers(roomFor('responses'), provider, recordingsOf(provider).asked, ['whole']);
    expect({ failed: lines.length, first: lines.slice(0, 12) }).toEqual({ failed: 0, first: [] });
  });
});
