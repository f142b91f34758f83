// Writes temperature, top_p and top_k as far as the model and its thinking allow.
import type { NeutralRequest } from '../neutral/request.ts';
import type { Block } from './write-blocks.ts';
import type { Writing } from './writing.ts';

export function writeSampling(request: NeutralRequest, thinks: boolean, writing: Writing): Block {
  const { temperature, topP, topK } = request;
  if (!writing.traits.sampling) {
    for (const field of ['temperature', 'topP', 'topK'] as const) {
      if (request[field] !== null) writing.note(field, 'this model takes no sampling settings');
    }
    return {};
  }
  const sampling: Block = {};
  if (temperature !== null) writeTemperature(temperature, thinks, sampling, writing);
  if (topP !== null) writeTopP(topP, thinks, sampling, writing);
  if (topK !== null && thinks) writing.note('topK', 'a model that thinks takes no top_k');
  else if (topK !== null) sampling.top_k = topK;
  return sampling;
}

function writeTemperature(temperature: number, thinks: boolean, sampling: Block, writing: Writing): void {
  // "`temperature` may only be set to 1 when thinking is enabled"; 1 is also what unsaid means.
  if (thinks && temperature !== 1) writing.note('temperature', 'a model that thinks takes no temperature');
  else if (temperature > 1) writing.note('temperature', 'Anthropic goes up to 1, so 1 was sent');
  if (!thinks || temperature === 1) sampling.temperature = Math.min(temperature, 1);
}

function writeTopP(topP: number, thinks: boolean, sampling: Block, writing: Writing): void {
  // "`temperature` and `top_p` cannot both be specified for this model."
  const taken = sampling.temperature !== undefined && !writing.traits.bothSamplers;
  if (thinks && topP < 0.95) writing.note('topP', 'a model that thinks takes a top_p of 0.95 to 1');
  else if (taken) writing.note('topP', 'this model takes temperature or top_p, not both');
  else sampling.top_p = topP;
}
