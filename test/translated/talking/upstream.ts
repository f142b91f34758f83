// The providers of a conversation that moves, behind one address: each checks what it is asked against its rule book, wants
// back what it gave out itself, and hears whether everything said so far is in it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { problemsOf as anthropicProblems } from '../../translation/rules/anthropic.ts';
import { problemsOf as cohereProblems } from '../../translation/rules/cohere.ts';
import { problemsOf as deepseekProblems } from '../../translation/rules/deepseek.ts';
import { problemsOf as geminiProblems } from '../../translation/rules/gemini.ts';
import { problemsOf as mistralProblems } from '../../translation/rules/mistral.ts';
import { problemsOf as openAiProblems } from '../../translation/rules/openai.ts';
import { anthropic } from './anthropic.ts';
import { cohere } from './cohere.ts';
import { gemini } from './gemini.ts';
import { openAiLike } from './openai-like.ts';
import { expectedHeard, turnAfter } from './script.ts';
import type { Answered, Asked, Memory, Talker } from './talker.ts';

type Rules = (request: { path: string; headers: Record<string, string>; body: unknown }) => string[];

const talkers: Record<string, { talker: Talker; rules: Rules }> = {
  openai: { talker: openAiLike('openai'), rules: openAiProblems },
  anthropic: { talker: anthropic, rules: (request) => (fromItsOwnClient(request) ? [] : anthropicProblems(request)) },
  google: { talker: gemini, rules: geminiProblems },
  mistral: { talker: openAiLike('mistral'), rules: mistralProblems },
  deepseek: { talker: openAiLike('deepseek'), rules: deepseekProblems },
  cohere: { talker: cohere, rules: cohereProblems },
};

export const talkingProviders = Object.keys(talkers);

/** Sections of the configuration, the first part of each path being the provider's name. */
export const talkingSections = (url: string): Record<string, unknown> =>
  Object.fromEntries(
    talkingProviders.map((name) => {
      const version = ['openai', 'mistral', 'deepseek'].includes(name) ? '/v1' : '';
      // DeepSeek serves Anthropic's format as well, and is asked in its own here.
      const speaks = name === 'deepseek' ? { speaks: 'openai-chat' } : {};
      return [name, { baseUrl: `${url}/${name}${version}`, apiKey: 'test-key', ...speaks }];
    }),
  );

export interface TalkingUpstream {
  url: string;
  /** What was wrong with the requests of a conversation, by its name. */
  faults(name: string): string[];
  close(): Promise<void>;
}

export async function startTalkingUpstream(): Promise<TalkingUpstream> {
  const memories = new Map<string, Memory>();
  const faults = new Map<string, string[]>();
  let ids = 0;
  const memoryOf = (key: string): Memory => {
    const known = memories.get(key) ?? new Map();
    memories.set(key, known);
    return known;
  };

  /** An answer, or all that is wrong with the request. */
  const answer = (url: string, headers: Record<string, string>, text: string): Answered | string[] => {
    const [, provider = '', ...rest] = url.split('/');
    const { talker, rules } = talkers[provider] as (typeof talkers)[string];
    const asked: Asked = { path: `/${rest.join('/')}`, body: JSON.parse(text) };
    const memory = memoryOf(`${conversationIn(text)}\n${provider}`);
    const heard = talker.heard(asked.body);
    const results = heard.calls.filter((call) => call.includes(' = ')).length;
    const counts = { results, questions: heard.questions.length };
    const wrong = [
      ...rules({ ...asked, headers }),
      ...talker.missing(asked.body, memory),
      ...notHeard(heard, expectedHeard(counts)),
    ];
    if (wrong.length > 0) return wrong.map((fault) => `${provider}: ${fault}`);
    const newId = (): string => String(++ids).padStart(5, '0');
    return talker.answer(turnAfter(counts), { stream: talker.streams(asked), memory, newId });
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const answered = attempt(() => answer(request.url ?? '', request.headers as Record<string, string>, text));
    if (Array.isArray(answered)) {
      const name = conversationIn(text);
      faults.set(name, [...(faults.get(name) ?? []), ...answered]);
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: answered.join('; '), type: 'invalid_request_error' } }));
      return;
    }
    response.writeHead(200, { 'content-type': answered.contentType });
    response.end(answered.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults: (name) => faults.get(name) ?? [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Anthropic's own clients are passed on as they are, and known by their newer version of the API. */
const fromItsOwnClient = ({ headers }: Parameters<Rules>[0]): boolean => headers['anthropic-version'] !== '2023-06-01';

const conversationIn = (text: string): string => /<<([^>]+)>>/.exec(text)?.[1] ?? '';

/** What a rule book or a provider cannot even read is a fault like any other. */
function attempt(run: () => Answered | string[]): Answered | string[] {
  try {
    return run();
  } catch (error) {
    return [`cannot be read: ${error}`];
  }
}

/** The question carries the name of the conversation, which is not part of what is compared. */
function notHeard(heard: ReturnType<Talker['heard']>, expected: ReturnType<Talker['heard']>): string[] {
  const bare = { ...heard, questions: heard.questions.map((text) => text.replace(/ ?<<.*>>/, '')) };
  const [is, should] = [JSON.stringify(bare), JSON.stringify(expected)];
  return is === should ? [] : [`heard ${is}, should have heard ${should}`];
}
