// The ways a recording can take through the proxy, and the replay of one recording on one of them.
import { type Recording, readRecordings, recordedFiles } from '../observe/recordings.ts';

export const providerNames = [
  'openai',
  'anthropic',
  'gemini',
  'azure',
  'deepseek',
  'mistral',
  'groq',
  'openrouter',
  'cerebras',
] as const;

/** Served under the model routes by themselves. */
const native: ReadonlySet<string> = new Set(['openai', 'anthropic', 'gemini']);

export interface Way {
  /** As the recordings call the provider. */
  provider: (typeof providerNames)[number];
  /** As the configuration calls it. */
  configured: string;
  through: 'model route' | 'by name';
  /** The provider is set as `defaults.openai`. */
  asDefault: boolean;
}

/** Each provider over the model routes, where the OpenAI-compatible ones stand in for OpenAI, and called by name. */
export const ways: Way[] = (['model route', 'by name'] as const).flatMap((through) =>
  providerNames.map((provider) => ({
    provider,
    configured: provider === 'gemini' ? 'google' : provider,
    through,
    asDefault: through === 'model route' && !native.has(provider),
  })),
);

/** The path a client asks the proxy for. */
export function pathOn(way: Way, recorded: string): string {
  if (way.through === 'by name') return `/${way.configured}${recorded}`;
  if (!way.asDefault) return recorded;
  return recorded.replace(/^[^?]*(\/chat\/completions|\/responses|\/embeddings)(?:\?.*)?$/, '/v1$1');
}

/** Every recording of these providers by provider; null, after saying so, when the recordings are not here. */
export function recordingsByProvider(): Map<string, Recording[]> | null {
  const files = recordedFiles();
  if (files === null) return null;
  const of = (provider: string): Recording[] =>
    files.filter((file) => file.startsWith(`${provider}-`)).flatMap((file) => readRecordings(file).map(corrected));
  return new Map(providerNames.map((provider) => [provider, of(provider)]));
}

/** This recording holds the body of a refusal under status 200, which Azure sends with 400. */
function corrected(recording: Recording): Recording {
  if (!recording.id.includes('test_prompt_content_filtering') || recording.provider !== 'azure') return recording;
  return { ...recording, response: { ...recording.response, status: 400 } };
}

export function requestBytes(recording: Recording): Buffer {
  return Buffer.from(recording.request.body?.text ?? '');
}

/** The recorded headers but for those that belong to the connection or say how long and how packed the body was. */
export function endToEnd(headers: Record<string, string>): Record<string, string> {
  const left = /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|host|content-(?:encoding|length))$/i;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !left.test(name)));
}
