// Every recorded answer of every provider reaches a client of OpenAI's chat through the official SDK, saying what the
// provider said: text, thoughts, calls, finish, usage, cost.
import { askedProviders, responsesSpeakers } from './asked-providers.ts';
import { askChat, askUnchanged, openAiClient } from './chat-client.ts';
import { recordedSuite } from './recorded-suite.ts';

recordedSuite({
  ...{ client: 'OpenAI’s chat', format: 'chat', providers: [...askedProviders, ...responsesSpeakers] },
  connect(url) {
    const client = openAiClient(url);
    return ({ provider, model, words, tools, stream }) => {
      const offered = tools.map((name) => ({ type: 'function', function: { name } }) as const);
      const messages = [{ role: 'user', content: words } as const];
      const question = { model, messages, ...(tools.length > 0 && { tools: offered }) };
      return (provider.speaksChat ? askUnchanged : askChat)(client, question, stream);
    };
  },
});
