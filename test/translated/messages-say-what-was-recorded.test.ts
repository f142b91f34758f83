// Every recorded answer of OpenAI's chat, and of every other provider, reaches a client of Anthropic's messages through the
// official SDK, saying what the provider said: text, thoughts, calls, finish, usage, cost.
import { askedProviders, openAi, responsesSpeakers } from './asked-providers.ts';
import { anthropicClient, askMessages } from './messages-client.ts';
import { recordedSuite } from './recorded-suite.ts';

/** Anthropic's own answers pass unchanged. */
const others = askedProviders.filter(({ name }) => name !== 'anthropic' && name !== 'bedrock-invoke');

recordedSuite({
  ...{ client: 'Anthropic’s messages', format: 'messages', providers: [openAi, ...others, ...responsesSpeakers] },
  connect(url) {
    const client = anthropicClient(url);
    return ({ model, words, tools, stream }) => {
      const offered = tools.map((name) => ({ name, input_schema: { type: 'object' } as const }));
      const messages = [{ role: 'user', content: words } as const];
      const question = { model, max_tokens: 1000, messages, ...(tools.length > 0 && { tools: offered }) };
      return askMessages(client, question, stream);
    };
  },
});
