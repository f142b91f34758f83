// How to choose among tokens: inferenceConfig for what all models on Bedrock share, fields of the model's own for the rest.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html
import type { NeutralRequest } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { isClaude, isClaudeSince45, isNova, thinksByItself } from './models.ts';

export interface Sampling {
  inferenceConfig: JsonObject;
  /** Go into additionalModelRequestFields. */
  fields: JsonObject;
}

export interface SamplingOptions {
  model: string;
  /** Thinking has been asked for, with which Claude takes no other sampling than its own. */
  thinks: boolean;
  unsupported: Unsupported[];
}

export function samplingOf(request: NeutralRequest, { model, thinks, unsupported }: SamplingOptions): Sampling {
  const drop = (field: keyof NeutralRequest, reason: string): null => {
    if (request[field] !== null) unsupported.push({ field, changesAnswer: false, reason });
    return null;
  };
  let { temperature, topP, topK } = request;
  if (isClaude(model) && (thinks || thinksByItself(model))) {
    const reason = 'Claude takes no sampling where it thinks';
    temperature = drop('temperature', reason);
    topP = drop('topP', reason);
    topK = drop('topK', reason);
  }
  if (temperature !== null && topP !== null && isClaudeSince45(model)) {
    topP = drop('topP', 'this Claude takes temperature or top-p, not both');
  }
  if (temperature !== null && temperature > 1) {
    drop('temperature', 'Bedrock takes temperatures up to 1');
    temperature = 1;
  }
  if (topK !== null && !isClaude(model) && !isNova(model)) topK = drop('topK', 'this model on Bedrock has no top-k');
  const config = { temperature, topP, stopSequences: stopsOf(request.stop) };
  return {
    inferenceConfig: Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null)),
    fields: topK === null ? {} : isNova(model) ? { inferenceConfig: { topK } } : { top_k: topK },
  };
}

/** Blank ones are refused. */
function stopsOf(stop: readonly string[]): string[] | null {
  const spoken = stop.filter((text) => text.trim() !== '');
  return spoken.length === 0 ? null : spoken;
}
