// Asking Ollama: conversations in its words, and that no request breaks one of its rules.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ollamaEmbeddings } from '../../proxy/dialects/ollama-chat/embeddings.ts';
import { ollamaChat } from '../../proxy/dialects/ollama-chat/ollama-chat.ts';
import { asking, assistant, audio, call, image, result, results, targetOf, text, tool, user } from './asking.ts';
import { conversations, everyFeature } from './conversations.ts';
import { problemsOf } from './rules/ollama.ts';

const write = asking('ollama-chat', 'qwen3');
const effort = (said: 'none' | 'minimal' | 'high') => {
  return { reasoning: { effort: said, budgetTokens: null, visible: null } };
};

describe('a request to Ollama', () => {
  it('breaks none of its rules, whatever is asked', () => {
    fc.assert(
      fc.property(conversations({ ...everyFeature, extra: false }), (request) => {
        const { body, headers } = write(request);
        expect(problemsOf({ path: '/api/chat', headers, body })).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nothing unsaid of what it has words for', () => {
    const features = {
      ...{ system: true, systemAnywhere: true, severalTexts: true, images: true, toolImages: true, reasoning: true },
      ...{ answerFormats: true, sampling: true, topK: true, seed: true, penalties: true, stops: true, effort: true },
    };
    fc.assert(fc.property(conversations(features), (request) => void expect(write(request).told).toEqual([])));
  });

  it('has arguments as objects, results under the name of their tool, and pictures beside the text', () => {
    const messages = [user(text('What is'), image(), text('this?')), assistant(call), results(result)];
    expect(write({ messages }).body).toEqual({
      model: 'qwen3',
      stream: false,
      messages: [
        { role: 'user', content: 'What is\nthis?', images: ['AAAA'] },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ function: { name: 'weather', arguments: { city: 'Rome' } } }],
        },
        { role: 'tool', content: 'sunny', tool_name: 'weather' },
      ],
    });
  });

  it('says what it cannot carry', () => {
    const messages = [user(text('hi'), image('https://x.example/a.png'), audio), results({ ...result, failed: true })];
    expect(write({ messages, choices: 3, user: 'u', tools: [tool], toolChoice: { type: 'required' } }).told).toEqual([
      ['choices', true],
      ['user', false],
      ['messages[0].content[1]', true],
      ['messages[0].content[2]', true],
      ['messages[1].content[0]', false],
      ['toolChoice', true],
    ]);
  });

  it('offers no tools where none may be called', () => {
    const { body, told } = write({ tools: [tool], toolChoice: { type: 'none' } });
    expect([body.tools, told]).toEqual([undefined, []]);
  });

  it('puts settings among the options, beside those that only Ollama has', () => {
    const extra = { options: { num_ctx: 8192, seed: 1 }, keep_alive: '5m', stream: true };
    expect(write({ maxTokens: 5, seed: 7, stop: ['END'], extra }).body).toEqual({
      ...{ model: 'qwen3', stream: false, messages: [], keep_alive: '5m' },
      options: { num_ctx: 8192, num_predict: 5, seed: 7, stop: ['END'] },
    });
  });

  it('asks for thoughts in degrees where the model knows degrees', () => {
    expect(write(effort('high')).body.think).toBe(true);
    expect(write(effort('none')).body.think).toBe(false);
    expect(write(effort('minimal'), { model: 'gpt-oss:20b' }).body.think).toBe('low');
    expect(write({}).body).not.toHaveProperty('think');
  });

  it('is read for previews and estimates', () => {
    const body = { messages: [{ role: 'user', content: 'hello' }], tools: [{ function: { name: 'weather' } }] };
    expect(ollamaChat.requestText(body)).toMatchObject({ lastUser: 'hello', all: expect.stringContaining('weather') });
    expect(ollamaChat.requestText({ prompt: 'once', system: 'be kind' })).toEqual({
      lastUser: 'once',
      all: 'be kind\nonce',
    });
  });
});

describe('embeddings by Ollama', () => {
  const asked = {
    model: 'm',
    inputs: ['one', 'two'],
    dimensions: null,
    encoding: 'float' as const,
    user: '',
    extra: {},
  };

  it('are asked and read', () => {
    const { body, headers, unsupported } = ollamaEmbeddings.writeRequest(asked, targetOf('m'));
    expect([problemsOf({ path: '/api/embed', headers, body }), unsupported]).toEqual([[], []]);
    expect(ollamaEmbeddings.writeRequest({ ...asked, inputs: [[1]] }, targetOf('m')).unsupported).toMatchObject([
      { field: 'inputs', changesAnswer: true },
    ]);
    const answer = { model: 'm', embeddings: [[0.5, 1]], prompt_eval_count: 4 };
    expect(ollamaEmbeddings.readAnswer(answer)).toMatchObject({ vectors: [[0.5, 1]], usage: { inputUncached: 4 } });
    expect(ollamaEmbeddings.readAnswer({ error: 'model not found' })).toBeNull();
    const reader = ollamaChat.reader('embeddings');
    reader.whole(answer);
    expect(reader.reading()).toMatchObject({ answer: null, responseModel: 'm', usage: { inputUncached: 4 } });
  });
});
