// Which recordings are asked for through translation, of whom, under which model name; and which cannot be, and why.

import { expectationOf } from '../observe/expectation.ts';
import { type Recording, readRecordings } from '../observe/recordings.ts';
import { failed } from '../recorded/expected-record.ts';

export interface AskedProvider {
  /** As the configuration calls it. */
  name: string;
  /** Names of the files of recordings. */
  files: readonly string[];
  /** Its section of the configuration, given the address of the upstream. */
  section(url: string): Record<string, unknown>;
  /** It speaks OpenAI's chat itself, so that clients of it get its answers as they are. */
  speaksChat: boolean;
  /** Where a request to it has to arrive; `model` as it is, not encoded. */
  path(model: string, stream: boolean): RegExp;
}

const plain = (name: string, files: string[]): AskedProvider => ({
  ...{ name, files, speaksChat: true },
  // Some serve responses or messages too, and would be asked in those by clients of theirs.
  section: (url) => ({ baseUrl: `${url}/v1`, apiKey: 'test-key', speaks: 'openai-chat' }),
  path: () => /^\/v1\/chat\/completions$/,
});

/** Clients of its own format are answered unchanged, so it is asked by clients of the others alone. */
export const openAi: AskedProvider = plain('openai', ['openai-chat']);

/** Those who answer in the format of responses, asked by clients of the two others. */
export const responsesSpeakers: readonly AskedProvider[] = ['openai', 'openrouter', 'deepseek'].map((like) => ({
  ...{ name: `${like}-responses`, files: [`${like}-responses`], speaksChat: false, path: () => /^\/v1\/responses$/ },
  section: (url) => ({ like, baseUrl: `${url}/v1`, apiKey: 'test-key', speaks: 'openai-responses' }),
}));

const exactly = (path: string): RegExp => new RegExp(`^${path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
const ending = (stream: boolean): string => (stream ? ':streamGenerateContent?alt=sse' : ':generateContent');

export const askedProviders: readonly AskedProvider[] = [
  {
    ...{ name: 'anthropic', speaksChat: false, files: ['anthropic-messages'], path: () => /^\/v1\/messages$/ },
    section: (url) => ({ baseUrl: url, apiKey: 'test-key' }),
  },
  {
    ...{ name: 'google', speaksChat: false, files: ['gemini-gemini'] },
    section: (url) => ({ baseUrl: url, apiKey: 'test-key' }),
    path: (model, stream) => exactly(`/v1beta/models/${model}${ending(stream)}`),
  },
  {
    ...{ name: 'vertex', speaksChat: false, files: ['vertex-gemini'] },
    section: (url) => ({ baseUrl: url, apiKey: 'test-key', project: 'p', region: 'us-central1' }),
    path: (model, stream) =>
      new RegExp(
        `^/v1(?:beta1)?${exactly(`/projects/p/locations/us-central1/publishers/google/models/${model}${ending(stream)}`).source.slice(1)}`,
      ),
  },
  {
    ...{ name: 'cohere', speaksChat: false, files: ['cohere-cohere'], path: () => /^\/v2\/chat$/ },
    section: (url) => ({ baseUrl: url, apiKey: 'test-key' }),
  },
  {
    ...{ name: 'bedrock', speaksChat: false, files: ['bedrock-converse'] },
    section: (url) => ({ baseUrl: url, apiKey: 'test-key', region: 'us-east-1', speaks: 'bedrock-converse' }),
    path: (model, stream) => exactly(`/model/${model}/converse${stream ? '-stream' : ''}`),
  },
  {
    ...{ name: 'bedrock-invoke', speaksChat: false, files: ['bedrock-invoke'] },
    section: (url) => ({
      ...{ like: 'bedrock', baseUrl: url, apiKey: 'test-key', region: 'us-east-1', speaks: 'anthropic-messages' },
    }),
    path: (model, stream) => exactly(`/model/${model}/invoke${stream ? '-with-response-stream' : ''}`),
  },
  {
    ...{ name: 'ollama', speaksChat: false, files: ['ollama-ollama'], path: () => /^\/api\/chat$/ },
    section: (url) => ({ baseUrl: url, speaks: 'ollama-chat' }),
  },
  {
    ...{ name: 'azure', files: ['azure-chat'], speaksChat: true },
    section: (url) => ({ baseUrl: url, apiKey: 'test-key', speaks: 'openai-chat' }),
    path: (model) =>
      new RegExp(
        `^/openai/(?:v1|deployments/${exactly(model).source.slice(1, -1)})/chat/completions(?:\\?api-version=.+)?$`,
      ),
  },
  plain('mistral', ['mistral-chat']),
  plain('deepseek', ['deepseek-chat']),
  plain('groq', ['groq-chat']),
  plain('openrouter', ['openrouter-chat']),
  plain('zai', ['z-chat']),
  plain('huggingface', ['huggingface-chat']),
  plain('cerebras', ['cerebras-chat']),
  plain('together', ['together-chat']),
];

export interface AskedRecording {
  recording: Recording;
  /** As the provider calls it. */
  model: string;
}

/** `left`: the reasons why some cannot be asked for, with how many there are of each. */
export function recordingsOf(provider: AskedProvider): { asked: AskedRecording[]; left: Map<string, number> } {
  const left = new Map<string, number>();
  const asked = provider.files
    .flatMap((file) => readRecordings(file).map(corrected))
    .flatMap((recording) => {
      const reason = reasonToLeave(recording);
      const model = modelOf(recording);
      if (reason === '') return [{ recording: askedAgain(recording, model), model }];
      left.set(reason, (left.get(reason) ?? 0) + 1);
      return [];
    });
  return { asked, left };
}

function reasonToLeave(recording: Recording): string {
  const plain = expectationOf(recording);
  if (plain === null) return 'a chat model with a format of its own, or no chat';
  const unfinished = plain.finish === '' && plain.text === '' && !failed(recording);
  return unfinished ? 'an answer that is still being made (background)' : '';
}

/** This recording holds the body of a refusal under status 200, which Azure sends with 400. */
function corrected(recording: Recording): Recording {
  if (recording.provider !== 'azure' || !recording.id.includes('test_prompt_content_filtering')) return recording;
  return { ...recording, response: { ...recording.response, status: 400 } };
}

/** What is asked for here is the model alone: no service tier, so that prices are those of the plain one. */
const askedAgain = (recording: Recording, model: string): Recording => ({
  ...recording,
  request: { ...recording.request, body: { text: JSON.stringify({ model }) } },
});

function modelOf({ request }: Recording): string {
  const inPath = /\/(?:models|model|deployments)\/([^/?]+?)(?::\w*[gG]enerateContent|\/|\?|$)/.exec(request.path)?.[1];
  if (inPath !== undefined) return decodeURIComponent(inPath);
  const { model } = JSON.parse(request.body?.text || '{}');
  return typeof model === 'string' ? model : 'a-model';
}
