// Ollama's counts into buckets. prompt_eval_count is absent where the prompt was still in its cache; thoughts are part of
// eval_count. https://github.com/ollama/ollama/blob/main/docs/api.md
import { type Usage, unknownUsage } from '../../../contract/usage.ts';
import { asCount, type JsonObject } from '../reading/json-reading.ts';
import { usageOf } from '../reading/usage-buckets.ts';

/** They stand at the top level of the last object, between fields that are not usage. */
export function ollamaUsage(body: JsonObject): Usage {
  const input = asCount(body.prompt_eval_count);
  const output = asCount(body.eval_count);
  if (input === null && output === null) return unknownUsage;
  const told = Object.entries(body).filter(([name]) => name.endsWith('_count') || name.endsWith('_duration'));
  return usageOf({ inputUncached: input, outputText: output }, null, Object.fromEntries(told));
}
