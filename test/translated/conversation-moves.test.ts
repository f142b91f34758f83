// A conversation with two rounds of tools goes on with another provider at every turn, for every ordered pair of six, and
// nobody notices: each provider accepts what it is sent, hears all that was said, and gets its own signatures back, though
// the client has never heard of them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { openAiClient } from './chat-client.ts';
import { anthropicClient } from './messages-client.ts';
import { type Conversation, converse, expectedConversation } from './talking/chat-partner.ts';
import { converseInMessages } from './talking/messages-partner.ts';
import { startTalkingUpstream, type TalkingUpstream, talkingProviders, talkingSections } from './talking/upstream.ts';

const models: Record<string, string> = {
  ...{ openai: 'gpt-4.1', anthropic: 'claude-sonnet-4-5', google: 'gemini-3-pro-preview' },
  ...{ mistral: 'mistral-large-latest', deepseek: 'deepseek-reasoner', cohere: 'command-a-03-2025' },
};
const pairs = talkingProviders.flatMap((one) =>
  talkingProviders.filter((other) => other !== one).map((other) => ({ one, other })),
);
const orders = (one: string, other: string) => [one, other, one, other].map((name) => `${name}/${models[name]}`);

let upstream: TalkingUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startTalkingUpstream();
  house = await openHouse({ configuration: { providers: talkingSections(upstream.url) } });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

/** Both ways of asking; the first fault is what the client would have seen. */
async function holds(
  one: string,
  other: string,
  run: (conversation: Conversation) => Promise<string[]>,
): Promise<void> {
  for (const stream of [false, true]) {
    const name = `${one}-${other}-${stream}-${run.name}`;
    const said = await run({ name, models: orders(one, other), stream }).catch((error: Error) => [String(error)]);
    expect({ faults: upstream.faults(name), said }, name).toEqual({ faults: [], said: expectedConversation });
  }
}

describe('a conversation through OpenAI’s client', () => {
  test.each(pairs)('goes from $one to $other and back, twice', async ({ one, other }) => {
    await holds(one, other, function chat(conversation) {
      return converse(openAiClient(house.url), conversation);
    });
  });
});

describe('a conversation through Anthropic’s client', () => {
  test.each(pairs)('goes from $one to $other and back, twice', async ({ one, other }) => {
    await holds(one, other, function messages(conversation) {
      return converseInMessages(anthropicClient(house.url), conversation);
    });
  });
});
