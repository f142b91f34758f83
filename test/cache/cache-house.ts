// A proxy with a cache in front of two providers whose words change with every call, so that an answer from the cache is
// known by being said again.

import { chatBody, chatChunk, type FailoverHouse, openFailoverHouse } from '../failover/failover-house.ts';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import type { Behaviour } from '../support/faulty-upstream.ts';

export interface CacheHouseOptions {
  routes?: object[];
  configuration?: Record<string, unknown>;
}

export const cached = (name: string, more: object = {}, provider = 'one'): object => ({
  ...{ name, match: { model: name }, targets: [{ provider, model: 'gpt-4o-mini' }], retries: 0, cache: {}, ...more },
});

export async function openCacheHouse({ routes = [], configuration = {} }: CacheHouseOptions): Promise<FailoverHouse> {
  const at = await openFailoverHouse({
    routes,
    providers: () => ({ one: { like: 'openai' }, two: { like: 'openai' }, claude: { like: 'anthropic' } }),
    configuration,
  });
  at.one.respond(counting());
  at.two.respond(counting());
  at.claude.respond(countingMessages());
  return at;
}

/** OpenAI's answer number 1, 2, 3 …, streamed to whoever asks for a stream. */
export function counting({ finish = 'stop' }: { finish?: string } = {}): Behaviour {
  let count = 0;
  return (reply, request) => {
    count += 1;
    const words = `answer ${count}`;
    const streams = JSON.parse(request.body.toString()).stream === true;
    const whole = chatBody(words, { model: 'gpt-4o-mini' }).replace(
      '"finish_reason":"stop"',
      `"finish_reason":"${finish}"`,
    );
    return (streams ? answerStream(chunksOf(words, finish)) : answer({ pieces: [whole], framing: 'length' }))(
      reply,
      request,
    );
  };
}

export const chunksOf = (words: string, finish = 'stop'): string[] => [
  chatChunk({ role: 'assistant', content: '' }),
  ...words.split(/(?<= )/).map((content) => chatChunk({ content })),
  chatChunk({}, finish),
  `data: ${JSON.stringify({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [] },
    usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
  })}\n\n`,
  'data: [DONE]\n\n',
];

export function countingMessages(): Behaviour {
  let count = 0;
  return (reply, request) => {
    count += 1;
    const body = {
      ...{ id: `msg_${count}`, type: 'message', role: 'assistant', model: 'claude-sonnet-4-5' },
      content: [{ type: 'text', text: `claude ${count}` }],
      ...{ stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: 9, output_tokens: 3 } },
    };
    return answer({ pieces: [JSON.stringify(body)], framing: 'length' })(reply, request);
  };
}

/** What a chat answer says, streamed or whole. */
export function wordsOf(text: string): string {
  if (!text.startsWith('data:')) return JSON.parse(text).choices[0].message.content;
  return [...text.matchAll(/"content":"([^"]*)"/g)].map(([, words]) => words).join('');
}
