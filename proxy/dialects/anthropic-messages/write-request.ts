// Writes a request to /v1/messages in its version of 2023-06-01: the one that Bedrock and Vertex serve as well, and in which
// older models still take their sampling settings. https://platform.claude.com/docs/en/api/versioning
import { leftOut, type Rare } from '../neutral/left-out.ts';
import type { AnswerFormat, NeutralRequest } from '../neutral/request.ts';
import type { TargetFacts, WrittenRequest } from '../neutral/target.ts';
import { closedSchema, isOpen } from './closed-schema.ts';
import { traitsOf } from './model-traits.ts';
import type { Block } from './write-blocks.ts';
import { writeMessages } from './write-messages.ts';
import { writeSampling } from './write-sampling.ts';
import { writeThinking } from './write-thinking.ts';
import { writeToolChoice, writeTools } from './write-tools.ts';
import { Writing } from './writing.ts';

const notHere: readonly Rare[] = [
  ...(['choices', 'logprobs', 'logitBias', 'seed', 'presencePenalty', 'frequencyPenalty'] as const),
  ...(['metadata', 'cacheKey'] as const),
];

export function writeRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const writing = new Writing(traitsOf(target.model));
  // In the order of the prompt, which cache marks depend on.
  const tools = writeTools(request.tools, writing);
  const toolChoice = writeToolChoice(request, tools, writing);
  const { system, messages } = writeMessages(request.messages, writing);
  const maxTokens = writeMaxTokens(request, target, writing);
  const forced = toolChoice?.type === 'any' || toolChoice?.type === 'tool';
  const { thinking, effort } = writeThinking({ reasoning: request.reasoning, maxTokens, forced, messages, writing });
  const format = writeFormat(request.answerFormat, writing);
  const thinks = thinking !== null && thinking.type !== 'disabled';
  writing.unsupported.push(...leftOut(request, 'Anthropic', notHere));
  const body: Block = {
    model: target.model,
    max_tokens: maxTokens,
    ...(system.length > 0 && { system }),
    messages,
    ...(tools.length > 0 && { tools }),
    ...(toolChoice && { tool_choice: toolChoice }),
    ...(thinking && { thinking }),
    ...((effort || format) && { output_config: { ...(effort && { effort }), ...(format && { format }) } }),
    ...writeSampling(request, thinks, writing),
    ...writeStop(request.stop, writing),
    ...writeUser(request.user, writing),
    ...writeServiceTier(request.serviceTier, writing),
    stream: request.stream,
  };
  for (const [name, value] of Object.entries(request.extra)) if (!(name in body)) body[name] = value;
  return { body, headers: headersOf(writing), unsupported: writing.unsupported };
}

function headersOf({ betas }: Writing): Record<string, string> {
  return { 'anthropic-version': '2023-06-01', ...(betas.size > 0 && { 'anthropic-beta': [...betas].join(',') }) };
}

/** The API wants a limit; more than the model can give is refused, so that a request meant for another model fails. */
function writeMaxTokens({ maxTokens }: NeutralRequest, target: TargetFacts, writing: Writing): number {
  const most = target.maxOutputTokens;
  if (maxTokens === null) return most ?? writing.traits.outputTokens;
  if (most === null || maxTokens <= most) return maxTokens;
  writing.note('maxTokens', `this model gives out ${most} tokens at most, so ${most} was sent`);
  return most;
}

function writeFormat(format: AnswerFormat | null, writing: Writing): Block | null {
  if (format === null || format.type === 'text') return null;
  if (format.type === 'json' || !writing.traits.schemas) {
    const reason =
      format.type === 'json' ? 'Anthropic needs a schema for answers in JSON' : 'this model takes no schema';
    writing.refuse('answerFormat', reason);
    return null;
  }
  if (isOpen(format.schema)) writing.refuse('answerFormat', 'Anthropic takes no objects with keys that are not named');
  return { type: 'json_schema', schema: closedSchema(format.schema) };
}

/** "stop_sequences: each stop sequence must contain non-whitespace" */
function writeStop(stop: string[], writing: Writing): Block {
  const telling = stop.filter((text) => text.trim() !== '');
  if (telling.length < stop.length) writing.note('stop', 'Anthropic takes no stop sequence of white space alone');
  return telling.length === 0 ? {} : { stop_sequences: telling };
}

function writeUser(user: string, writing: Writing): Block {
  if (user.length <= 256) return user === '' ? {} : { metadata: { user_id: user } };
  writing.note('user', 'Anthropic takes a user id of 256 characters at most');
  return {};
}

/** Anthropic's tier is priority where there is some; OpenAI's "default" declines it. */
const serviceTiers: Record<string, string> = {
  auto: 'auto',
  priority: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
};

function writeServiceTier(tier: string, writing: Writing): Block {
  const known = serviceTiers[tier];
  if (known === undefined && tier !== '') writing.note('serviceTier', `Anthropic has no service tier "${tier}"`);
  return known === undefined ? {} : { service_tier: known };
}
