// Every recorded answer of every provider reaches a client of OpenAI's responses through the official SDK, saying what the
// provider said: text, thoughts, calls, finish, usage, cost.
import { askedProviders } from './asked-providers.ts';
import { openAiClient } from './chat-client.ts';
import { recordedSuite } from './recorded-suite.ts';
import { askResponses } from './responses-client.ts';

recordedSuite({
  ...{ client: 'OpenAI’s responses', format: 'responses', providers: askedProviders },
  connect(url) {
    const client = openAiClient(url);
    return ({ model, words, tools, stream }) => {
      const offered = tools.map((name) => {
        return { type: 'function', name, parameters: { type: 'object', properties: {} }, strict: false } as const;
      });
      return askResponses(client, { model, input: words, ...(tools.length > 0 && { tools: offered }) }, stream);
    };
  },
});
