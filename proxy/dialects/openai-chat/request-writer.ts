// Writes a neutral request for OpenAI's /chat/completions, or for any provider that speaks the format with its quirks.
import { changesAnswer } from '../neutral/left-out.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { TargetFacts, WrittenRequest } from '../neutral/target.ts';
import { effortOf } from '../openai/effort.ts';
import { alwaysThinks, limitsCompletion, neverThinks } from '../openai/model-family.ts';
import { writeMessages } from './message-writer.ts';
import { RequestSheet } from './request-sheet.ts';
import { writeAnswerFormat, writeTools } from './tool-writer.ts';

export function writeChatRequest(request: NeutralRequest, target: TargetFacts): WrittenRequest {
  const sheet = new RequestSheet(target.quirks);
  sheet.body.model = target.model;
  sheet.body.messages = writeMessages(request.messages, sheet);
  sheet.body.stream = request.stream;
  // 'always' may refuse the option as a field it does not know.
  if (request.stream && target.quirks.streamUsage === 'ask') sheet.body.stream_options = { include_usage: true };
  writeTools(request, sheet);
  writeAnswerFormat(request, sheet);
  const limit = limitsCompletion(target.model) ? 'max_completion_tokens' : 'max_tokens';
  sheet.put(limit, request.maxTokens, 'maxTokens');
  writeReasoning(request, target.model, sheet);
  writeSampling(request, target.model, sheet);
  sheet.put('user', request.user, 'user');
  sheet.put('metadata', request.metadata, 'metadata');
  sheet.put('prompt_cache_key', request.cacheKey, 'cacheKey');
  writeServiceTier(request, sheet);
  writeOthers(request, sheet);
  return { body: sheet.body, headers: {}, unsupported: sheet.unsupported };
}

function writeReasoning(request: NeutralRequest, model: string, sheet: RequestSheet): void {
  const { reasoning } = request;
  if (reasoning === null) return;
  const effort = effortOf(reasoning);
  if (sheet.takes('reasoning')) {
    // OpenRouter takes an effort or a budget, not both; the budget is the more exact word.
    const { budgetTokens, visible } = reasoning;
    sheet.body.reasoning = {
      ...(budgetTokens === null ? (effort === '' ? {} : { effort }) : { max_tokens: budgetTokens }),
      ...(visible === null ? {} : { exclude: !visible }),
    };
  } else if (effort !== '' && neverThinks(model)) {
    // Asking such a model not to think is no loss.
    if (effort !== 'none') sheet.cannot('reasoning', `${model} does not think`, false);
  } else {
    sheet.put('reasoning_effort', effort, 'reasoning');
  }
}

function writeSampling(request: NeutralRequest, model: string, sheet: RequestSheet): void {
  // These models answer 400 to anything but the defaults, unless told not to think.
  const fixed = alwaysThinks(model) && effortOf(request.reasoning) !== 'none';
  const put = (name: string, value: unknown, field: keyof NeutralRequest, preset: unknown): void => {
    if (!fixed || value === null) sheet.put(name, value, field);
    else if (value !== preset) sheet.cannot(field, `${model} does not take "${name}" while it thinks`, name === 'stop');
  };
  put('temperature', request.temperature, 'temperature', 1);
  put('top_p', request.topP, 'topP', 1);
  sheet.put('top_k', request.topK, 'topK');
  sheet.put('seed', request.seed, 'seed');
  put('presence_penalty', request.presencePenalty, 'presencePenalty', 0);
  put('frequency_penalty', request.frequencyPenalty, 'frequencyPenalty', 0);
  put('stop', request.stop.length === 0 ? null : request.stop, 'stop', null);
  put('logit_bias', request.logitBias, 'logitBias', null);
  // One answer is what everybody gives; "n" is then not worth a refusal.
  if (request.choices !== 1 || !sheet.refuses('n')) sheet.put('n', request.choices, 'choices');
  if (request.logprobs === null) return;
  put('logprobs', true, 'logprobs', null);
  if (sheet.body.logprobs === true && request.logprobs.top > 0) sheet.body.top_logprobs = request.logprobs.top;
}

const tiers: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

function writeServiceTier({ serviceTier }: NeutralRequest, sheet: RequestSheet): void {
  if (serviceTier === '' || tiers.has(serviceTier)) sheet.put('service_tier', serviceTier, 'serviceTier');
  else sheet.cannot('serviceTier', `"${serviceTier}" is no service tier of this format`, false);
}

function writeOthers(request: NeutralRequest, sheet: RequestSheet): void {
  for (const path of Object.keys(request.beyond)) {
    sheet.cannot(path, `the chat format has no word for "${path}"`, changesAnswer(path) && path !== 'truncation');
  }
  for (const [name, value] of Object.entries(request.extra)) {
    if (!(name in sheet.body) && !sheet.refuses(name)) sheet.body[name] = value;
  }
}
