// A path of whichever provider tells its dialect, its operation and, where it does, its model.
import { describe, expect, test } from 'vitest';
import { recognise } from '../../proxy/dialects/recognise.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';

const vertex = '/v1beta1/projects/p/locations/global/publishers';

describe('a POST', () => {
  test.each([
    ['/v1/chat/completions', 'openai-chat', 'chat', ''],
    ['/chat/completions', 'openai-chat', 'chat', ''],
    ['/v1/chat/completions/', 'openai-chat', 'chat', ''],
    ['/openai/v1/chat/completions', 'openai-chat', 'chat', ''],
    ['/api/v1/chat/completions', 'openai-chat', 'chat', ''],
    ['/api/paas/v4/chat/completions', 'openai-chat', 'chat', ''],
    ['/compatible-mode/v1/chat/completions', 'openai-chat', 'chat', ''],
    ['/v1beta/openai/chat/completions', 'openai-chat', 'chat', ''],
    ['/openai/deployments/gpt%204/chat/completions', 'openai-chat', 'chat', 'gpt 4'],
    ['/openai/deployments/ada/embeddings', 'openai-embeddings', 'embeddings', 'ada'],
    ['/v1/completions', 'openai-chat', 'text_completion', ''],
    ['/v1/fim/completions', 'openai-chat', 'text_completion', ''],
    ['/v1/embeddings', 'openai-embeddings', 'embeddings', ''],
    ['/v1/responses', 'openai-responses', 'chat', ''],
    ['/responses', 'openai-responses', 'chat', ''],
    ['/openai/v1/responses', 'openai-responses', 'chat', ''],
    ['/v1/responses/input_tokens', 'openai-responses', 'count_tokens', ''],
    ['/v1/responses/resp_1/cancel', 'other', 'other', ''],
    ['/v1/messages', 'anthropic-messages', 'chat', ''],
    ['/anthropic/v1/messages', 'anthropic-messages', 'chat', ''],
    ['/v1/messages/count_tokens', 'anthropic-messages', 'count_tokens', ''],
    ['/v1/messages/batches', 'other', 'other', ''],
    ['/v1/threads/thread_1/messages', 'other', 'other', ''],
    ['/v1beta/models/gemini-3-flash:generateContent', 'gemini', 'generate_content', 'gemini-3-flash'],
    ['/v1/models/gemini-3-flash:streamGenerateContent', 'gemini', 'generate_content', 'gemini-3-flash'],
    ['/v1beta/tunedModels/mine:generateContent', 'gemini', 'generate_content', 'mine'],
    ['/v1beta/models/m:countTokens', 'gemini', 'count_tokens', 'm'],
    ['/v1beta/models/m:embedContent', 'gemini', 'embeddings', 'm'],
    ['/v1beta/models/m:batchEmbedContents', 'gemini', 'embeddings', 'm'],
    ['/v1beta/models/m:predictLongRunning', 'other', 'other', ''],
    [`${vertex}/google/models/gemini-2.5-pro:streamGenerateContent`, 'gemini', 'generate_content', 'gemini-2.5-pro'],
    [
      `${vertex}/anthropic/models/claude-opus-5%4020260101:streamRawPredict`,
      'anthropic-messages',
      'chat',
      'claude-opus-5@20260101',
    ],
    ['/v2/chat', 'cohere', 'chat', ''],
    ['/v1/chat', 'cohere', 'chat', ''],
    ['/v2/embed', 'cohere', 'embeddings', ''],
    ['/model/us.amazon.nova-2-lite-v1%3A0/converse', 'bedrock-converse', 'chat', 'us.amazon.nova-2-lite-v1:0'],
    ['/bedrock/model/meta.llama4/converse-stream', 'bedrock-converse', 'chat', 'meta.llama4'],
    ['/model/eu.anthropic.claude-opus-5-v1:0/invoke', 'anthropic-messages', 'chat', 'eu.anthropic.claude-opus-5-v1:0'],
    ['/model/anthropic.claude-v2/invoke-with-response-stream', 'anthropic-messages', 'chat', 'anthropic.claude-v2'],
    ['/model/amazon.titan-embed-text-v2%3A0/invoke', 'other', 'other', ''],
    ['/api/chat', 'ollama-chat', 'chat', ''],
    ['/ollama/api/generate', 'ollama-chat', 'text_completion', ''],
    ['/api/embed', 'ollama-chat', 'embeddings', ''],
    ['/api/tags', 'other', 'other', ''],
    ['/v1/audio/speech', 'other', 'other', ''],
    ['/', 'other', 'other', ''],
    ['', 'other', 'other', ''],
    ['/openai/deployments/%E0%A4%A/chat/completions', 'openai-chat', 'chat', '%E0%A4%A'],
  ])('to %s is %s, %s', (path, dialect, operation, model) => {
    expect(recognise('POST', path)).toEqual({ dialect, operation, model });
  });
});

describe('a GET', () => {
  test.each([
    ['/v1/models', 'openai-chat', 'list_models', ''],
    ['/v1/models/gpt-5.6', 'openai-chat', 'list_models', 'gpt-5.6'],
    ['/v1beta/models', 'gemini', 'list_models', ''],
    ['/v1/realtime', 'openai-responses', 'realtime', ''],
    ['/v1/chat/completions', 'other', 'other', ''],
    ['/v1/responses/resp_1', 'other', 'other', ''],
  ])('of %s is %s, %s', (path, dialect, operation, model) => {
    expect(recognise('GET', path)).toEqual({ dialect, operation, model });
  });
});

const files = recordedFiles() ?? [];
const expectedDialects: Record<string, string> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  gemini: 'gemini',
  cohere: 'cohere',
};

test.skipIf(files.length === 0)('every recorded path is recognised', () => {
  for (const file of files) {
    const expected = expectedDialects[file.split('-')[1] as string];
    if (expected === undefined) continue;
    for (const { request, id } of readRecordings(file)) {
      expect(recognise(request.method, request.path.split('?')[0] as string).dialect, id).toBe(expected);
    }
  }
});
