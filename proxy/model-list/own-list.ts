// What a provider says itself of the models it serves, whichever way it says so. Unknown stays null.
import { asArray, asCount, asObject, asText, type JsonObject, objectsIn } from '../dialects/reading/json-reading.ts';

export interface OwnModel {
  id: string;
  /** Epoch seconds; null when not said. */
  created: number | null;
  contextWindow: number | null;
  capabilities: Capabilities;
}

export interface Capabilities {
  chat: boolean | null;
  embeddings: boolean | null;
  tools: boolean | null;
  vision: boolean | null;
  structuredOutput: boolean | null;
  reasoning: boolean | null;
}

export const unknownCapabilities: Capabilities = Object.freeze({
  ...{ chat: null, embeddings: null, tools: null, vision: null, structuredOutput: null, reasoning: null },
});

/**
 * OpenAI's and Anthropic's `{data: [{id}]}`, Gemini's `{models: [{name}]}`, Cohere's `{models: [{name, endpoints}]}`,
 * Ollama's `{models: [{model}]}`, or a bare list (Together).
 */
export function readOwnList(json: unknown): OwnModel[] {
  const body = asObject(json);
  const entries = objectsIn(body?.data ?? body?.models ?? json);
  return entries.map(readEntry).filter(({ id }) => id !== '');
}

function readEntry(entry: JsonObject): OwnModel {
  return {
    id: (asText(entry.id) || asText(entry.model) || asText(entry.name)).replace(/^models\//, ''),
    created: asCount(entry.created) ?? secondsOf(entry.created_at),
    contextWindow: windowOf(entry),
    capabilities: capabilitiesOf(entry),
  };
}

function windowOf(entry: JsonObject): number | null {
  const names = ['context_length', 'context_window', 'max_context_length', 'inputTokenLimit', 'max_model_len'];
  const found = names.map((name) => asCount(entry[name])).find((count) => count !== null);
  return found ?? asCount(entry.max_input_tokens);
}

function capabilitiesOf(entry: JsonObject): Capabilities {
  const mistral = asObject(entry.capabilities);
  const methods = texts(entry.supportedGenerationMethods);
  const endpoints = texts(entry.endpoints);
  const parameters = texts(entry.supported_parameters);
  const features = texts(entry.features);
  const modalities = texts(asObject(entry.architecture)?.input_modalities);
  return {
    chat: flag(mistral?.completion_chat) ?? among(methods, 'generateContent') ?? among(endpoints, 'chat'),
    embeddings: among(methods, 'embedContent') ?? among(endpoints, 'embed'),
    tools: flag(mistral?.function_calling) ?? among(parameters, 'tools') ?? among(features, 'tools'),
    vision: flag(mistral?.vision) ?? among(modalities, 'image') ?? among(features, 'vision'),
    structuredOutput: among(parameters, 'structured_outputs') ?? among(features, 'json_schema'),
    reasoning: among(parameters, 'reasoning') ?? flag(entry.thinking) ?? among(features, 'reasoning'),
  };
}

const texts = (value: unknown): string[] | null => (Array.isArray(value) ? asArray(value).map(asText) : null);
const among = (list: string[] | null, word: string): boolean | null => (list === null ? null : list.includes(word));
const flag = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);

function secondsOf(value: unknown): number | null {
  const at = Date.parse(asText(value));
  return Number.isNaN(at) ? null : Math.floor(at / 1000);
}
