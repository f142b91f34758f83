// The providers whose rule books are known, each as a target for requests that were recorded elsewhere: where it is, which
// model is asked for, what it accepts, and the shortest answer it can give.
import { problemsOf as anthropic } from '../translation/rules/anthropic.ts';
import { problemsOf as bedrock } from '../translation/rules/bedrock.ts';
import { problemsOf as cohere } from '../translation/rules/cohere.ts';
import { problemsOf as deepseek } from '../translation/rules/deepseek.ts';
import { problemsOf as gemini } from '../translation/rules/gemini.ts';
import { problemsOf as mistral } from '../translation/rules/mistral.ts';
import { problemsOf as ollama } from '../translation/rules/ollama.ts';
import { problemsOf as openai } from '../translation/rules/openai.ts';

export interface SentRequest {
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

export interface RuleBook {
  name: string;
  model: string;
  /** Speaks OpenAI's chat. */
  chat: boolean;
  section(url: string): Record<string, unknown>;
  problemsOf(request: SentRequest): string[];
  answer: unknown;
}

const chatAnswer = {
  ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};
const apiKey = 'test-key';
const inChat = (url: string, name: string) => ({ baseUrl: `${url}/${name}/v1`, apiKey, speaks: 'openai-chat' });
const chatBook = (name: string, model: string, problemsOf: RuleBook['problemsOf']): RuleBook => ({
  ...{ name, model, problemsOf, chat: true, answer: chatAnswer, section: (url) => inChat(url, name) },
});

export const ruleBooks: readonly RuleBook[] = [
  chatBook('openai', 'gpt-4.1', openai),
  chatBook('mistral', 'mistral-large-latest', mistral),
  chatBook('deepseek', 'deepseek-chat', deepseek),
  {
    ...{ name: 'anthropic', model: 'claude-sonnet-4-5', chat: false, problemsOf: anthropic },
    section: (url) => ({ baseUrl: `${url}/anthropic`, apiKey }),
    answer: {
      ...{ id: 'm', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn', stop_sequence: null },
      ...{ content: [{ type: 'text', text: 'Yes.' }], usage: { input_tokens: 1, output_tokens: 1 } },
    },
  },
  {
    ...{ name: 'google', model: 'gemini-2.5-flash', chat: false, problemsOf: gemini },
    section: (url) => ({ baseUrl: `${url}/google`, apiKey }),
    answer: { candidates: [{ content: { role: 'model', parts: [{ text: 'Yes.' }] }, finishReason: 'STOP' }] },
  },
  {
    ...{ name: 'cohere', model: 'command-a-03-2025', chat: false, problemsOf: cohere },
    section: (url) => ({ baseUrl: `${url}/cohere`, apiKey }),
    answer: {
      id: 'c',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: 'Yes.' }] },
    },
  },
  {
    ...{ name: 'bedrock', model: 'us.amazon.nova-pro-v1:0', chat: false, problemsOf: bedrock },
    section: (url) => ({ baseUrl: `${url}/bedrock`, apiKey, region: 'us-east-1' }),
    answer: { output: { message: { role: 'assistant', content: [{ text: 'Yes.' }] } }, stopReason: 'end_turn' },
  },
  {
    ...{ name: 'ollama', model: 'llama3.1', chat: false, problemsOf: ollama },
    section: (url) => ({ baseUrl: `${url}/ollama`, speaks: 'ollama-chat' }),
    answer: { model: 'llama3.1', message: { role: 'assistant', content: 'Yes.' }, done: true, done_reason: 'stop' },
  },
];
