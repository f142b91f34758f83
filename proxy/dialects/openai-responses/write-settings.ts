// Writes what stands beside messages and tools in a /responses request: thinking, sampling, limits, and who asks.
import type { NeutralRequest } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import { effortOf } from '../openai/effort.ts';
import { alwaysThinks, neverThinks } from '../openai/model-family.ts';
import type { JsonObject } from '../reading/json-reading.ts';

export const formatName = 'OpenAI’s responses API';

const smallestLimit = 16;
const tiers: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast']);

export interface Around {
  model: string;
  /** Earlier thoughts go along, sealed. */
  sealed: boolean;
  unsupported: Unsupported[];
}

export function writeSettings(request: NeutralRequest, around: Around): JsonObject {
  const thinking = writeThinking(request, around);
  return {
    ...thinking,
    ...writeSampling(request, around),
    ...includeOf(request, {
      thinks: 'reasoning' in thinking || around.sealed || alwaysThinks(around.model),
      ...around,
    }),
    ...said({
      max_output_tokens: limitOf(request, around),
      metadata: request.metadata,
      user: request.user,
      prompt_cache_key: request.cacheKey,
      service_tier: tierOf(request, around),
    }),
  };
}

/** Null and empty are not said. */
export function said(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''));
}

function writeThinking({ reasoning }: NeutralRequest, { model, unsupported }: Around): JsonObject {
  const effort = effortOf(reasoning);
  const summary = reasoning?.visible === true && effort !== 'none' ? 'auto' : null;
  const wanted = said({ effort, summary });
  if (Object.keys(wanted).length === 0) return {};
  if (!neverThinks(model)) return { reasoning: wanted };
  // Asking such a model not to think is no loss.
  if (effort !== 'none') cannot(unsupported, 'reasoning', `${model} does not think`);
  return {};
}

/** These models answer 400 to anything but the defaults, unless told not to think. */
function writeSampling(request: NeutralRequest, { model, unsupported }: Around): JsonObject {
  const { temperature, topP, logprobs } = request;
  if (!alwaysThinks(model) || effortOf(request.reasoning) === 'none') {
    return said({ temperature, top_p: topP, top_logprobs: logprobs === null ? null : logprobs.top });
  }
  const reason = `${model} does not take it while it thinks`;
  if ((temperature ?? 1) !== 1) cannot(unsupported, 'temperature', reason);
  if ((topP ?? 1) !== 1) cannot(unsupported, 'topP', reason);
  if (logprobs !== null) cannot(unsupported, 'logprobs', reason);
  return {};
}

/** Since nothing is kept, thoughts come back encrypted or not at all. A model that does not think refuses to be asked. */
function includeOf(request: NeutralRequest, { thinks, model }: { thinks: boolean; model: string }): JsonObject {
  const idle = effortOf(request.reasoning) === 'none';
  const logprobs = request.logprobs !== null && (idle || !alwaysThinks(model));
  const include = [
    ...(thinks && !idle && !neverThinks(model) ? ['reasoning.encrypted_content'] : []),
    ...(logprobs ? ['message.output_text.logprobs'] : []),
  ];
  return include.length === 0 ? {} : { include };
}

function limitOf({ maxTokens }: NeutralRequest, { unsupported }: Around): number | null {
  if (maxTokens === null || maxTokens >= smallestLimit) return maxTokens;
  cannot(unsupported, 'maxTokens', `${formatName} takes no limit below ${smallestLimit} tokens`);
  return smallestLimit;
}

function tierOf({ serviceTier }: NeutralRequest, { unsupported }: Around): string | null {
  if (serviceTier === '' || tiers.has(serviceTier)) return serviceTier;
  cannot(unsupported, 'serviceTier', `${formatName} has no tier of that name`);
  return null;
}

function cannot(unsupported: Unsupported[], field: keyof NeutralRequest, reason: string): void {
  unsupported.push({ field, changesAnswer: false, reason });
}
