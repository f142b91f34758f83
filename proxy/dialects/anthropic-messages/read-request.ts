// Reads a request to /v1/messages. https://platform.claude.com/docs/en/api/messages/create
import { emptyRequest, type NeutralRequest, RequestProblem } from '../neutral/request.ts';
import { asPlace, flagAt, found, listAt, numberAt, type Place, placeAt, textAt } from './checked-fields.ts';
import type { Beyond } from './read-blocks.ts';
import { readMessages } from './read-messages.ts';
import { readAnswerFormat, readReasoning, readToolChoice, readTools } from './read-settings.ts';

const readHere = new Set([
  ...['model', 'stream', 'system', 'messages', 'tools', 'tool_choice', 'max_tokens', 'temperature', 'top_p', 'top_k'],
  ...['stop_sequences', 'thinking', 'output_config', 'output_format', 'metadata', 'service_tier'],
]);

/** Fields that Anthropic documents and nobody else has. */
const onlyHere = new Set([
  ...['container', 'mcp_servers', 'context_management', 'cache_control', 'diagnostics', 'inference_geo', 'speed'],
  ...['fallbacks', 'compaction', 'betas', 'user_profile_id', 'workspace_id'],
]);

export function readRequest(json: unknown): NeutralRequest {
  const body = asPlace(json, 'body');
  body.path = '';
  const beyond: Beyond = {};
  return {
    ...emptyRequest(),
    model: textAt(body, 'model'),
    stream: flagAt(body, 'stream') ?? false,
    messages: readMessages(body, beyond),
    tools: readTools(body, beyond),
    ...readToolChoice(body),
    answerFormat: readAnswerFormat(body, beyond),
    maxTokens: numberAt(body, 'max_tokens'),
    temperature: numberAt(body, 'temperature'),
    topP: numberAt(body, 'top_p'),
    topK: numberAt(body, 'top_k'),
    stop: readStop(body),
    reasoning: readReasoning(body, beyond),
    user: readUser(body, beyond),
    serviceTier: textAt(body, 'service_tier'),
    extra: readOthers(body, beyond),
    beyond,
  };
}

function readStop(body: Place): string[] {
  return listAt(body, 'stop_sequences').map((entry, index) => {
    if (typeof entry === 'string') return entry;
    throw new RequestProblem(`stop_sequences[${index}]`, 'a string', found(entry));
  });
}

function readUser(body: Place, beyond: Beyond): string {
  const metadata = placeAt(body, 'metadata');
  if (metadata === null) return '';
  for (const [name, value] of Object.entries(metadata.object)) {
    if (name !== 'user_id') beyond[`metadata.${name}`] = value;
  }
  return textAt(metadata, 'user_id');
}

/** Puts away what only Anthropic knows; gives back what nobody knows. */
function readOthers(body: Place, beyond: Beyond): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body.object)) {
    if (readHere.has(name) || value === null) continue;
    if (onlyHere.has(name)) beyond[name] = value;
    else extra[name] = value;
  }
  return extra;
}
