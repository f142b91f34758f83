// Tells from a method and a path, of whichever provider, which dialect is spoken and what the call does.
import type { DialectName, Operation } from '../../contract/words.ts';

export interface Recognised {
  dialect: DialectName;
  operation: Operation;
  /** Where the path names the model or deployment, percent-decoded; else empty. */
  model: string;
}

interface Rule {
  method: string;
  /** Matches the end of the path; a group `model` where the path names one. */
  path: RegExp;
  dialect: DialectName;
  operation: Operation;
}

const post = (path: RegExp, dialect: DialectName, operation: Operation): Rule => ({
  method: 'POST',
  path,
  dialect,
  operation,
});

/** Read from top to bottom, the first match wins. Prefixes are the provider's business: only the tail says what is spoken. */
const rules: Rule[] = [
  // Azure and old OpenAI engines name the model in the path.
  post(/\/(?:deployments|engines)\/(?<model>[^/]+)\/chat\/completions$/, 'openai-chat', 'chat'),
  post(/\/(?:deployments|engines)\/(?<model>[^/]+)\/completions$/, 'openai-chat', 'text_completion'),
  post(/\/(?:deployments|engines)\/(?<model>[^/]+)\/embeddings$/, 'openai-embeddings', 'embeddings'),
  post(/\/hf-inference\/models\/(?<model>.+)\/v1\/chat\/completions$/, 'openai-chat', 'chat'),
  post(/\/chat\/completions$/, 'openai-chat', 'chat'),
  post(/\/agents\/completions$/, 'openai-chat', 'chat'),
  post(/\/completions$/, 'openai-chat', 'text_completion'),
  post(/\/responses$/, 'openai-responses', 'chat'),
  post(/\/responses\/input_tokens$/, 'openai-responses', 'count_tokens'),
  post(/\/embeddings$/, 'openai-embeddings', 'embeddings'),
  // A version right before it, for /v1/threads/{id}/messages is something else.
  post(/(?:^|\/v\d+)\/messages$/, 'anthropic-messages', 'chat'),
  post(/(?:^|\/v\d+)\/messages\/count_tokens$/, 'anthropic-messages', 'count_tokens'),
  // Claude on Vertex AI.
  post(/\/publishers\/anthropic\/models\/count-tokens:rawPredict$/, 'anthropic-messages', 'count_tokens'),
  post(/\/publishers\/anthropic\/models\/(?<model>[^/:]+):(?:streamR|r)awPredict$/, 'anthropic-messages', 'chat'),
  post(/\/publishers\/mistralai\/models\/(?<model>[^/:]+):(?:streamR|r)awPredict$/, 'openai-chat', 'chat'),
  // Gemini: models, tuned models and Vertex endpoints, then a colon and the method.
  post(
    /\/(?:models|tunedModels|endpoints)\/(?<model>[^/:]+):(?:g|streamG)enerateContent$/,
    'gemini',
    'generate_content',
  ),
  post(/\/(?:models|tunedModels|endpoints)\/(?<model>[^/:]+):countTokens$/, 'gemini', 'count_tokens'),
  post(/\/(?:models|tunedModels|endpoints)\/(?<model>[^/:]+):(?:e|batchE)mbedContents?$/, 'gemini', 'embeddings'),
  post(/(?:^|\/v[12])\/chat$/, 'cohere', 'chat'),
  post(/(?:^|\/v[12])\/embed$/, 'cohere', 'embeddings'),
  post(/\/model\/(?<model>[^/]+)\/converse(?:-stream)?$/, 'bedrock-converse', 'chat'),
  // Bodies of /invoke are those of the model's maker, so only its name tells; a profile of one's own hides it.
  post(
    /\/model\/(?<model>[^/]*\banthropic\.claude[^/]*)\/invoke(?:-with-response-stream)?$/,
    'anthropic-messages',
    'chat',
  ),
  post(/\/api\/chat$/, 'ollama-chat', 'chat'),
  post(/\/api\/generate$/, 'ollama-chat', 'text_completion'),
  post(/\/api\/embed$/, 'ollama-chat', 'embeddings'),
  {
    method: 'GET',
    path: /\/v1(?:beta|alpha)\d*\/(?:models|tunedModels)(?:\/(?<model>[^/]+))?$/,
    dialect: 'gemini',
    operation: 'list_models',
  },
  // Anthropic's list has the same path; a header would tell, and an error reads the same either way.
  { method: 'GET', path: /\/models(?:\/(?<model>[^/]+))?$/, dialect: 'openai-chat', operation: 'list_models' },
  { method: '', path: /\/realtime$/, dialect: 'openai-responses', operation: 'realtime' },
  { method: '', path: /\.BidiGenerateContent$/, dialect: 'other', operation: 'realtime' },
];

/** `path` is without query string. What no rule knows is `other`. */
export function recognise(method: string, path: string): Recognised {
  const tail = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  for (const rule of rules) {
    if (rule.method !== '' && rule.method !== method.toUpperCase()) continue;
    const match = rule.path.exec(tail);
    if (match === null) continue;
    return { dialect: rule.dialect, operation: rule.operation, model: decode(match.groups?.model ?? '') };
  }
  return { dialect: 'other', operation: 'other', model: '' };
}

function decode(model: string): string {
  try {
    return decodeURIComponent(model);
  } catch {
    return model;
  }
}
