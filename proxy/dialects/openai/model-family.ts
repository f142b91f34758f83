// What OpenAI's newer models refuse, by their names: the API tells it only by an error. Names of resellers (`openai/gpt-5`)
// count; names of one's own (an Azure deployment) cannot be known and are treated as the older kind.

const newer = /^(?:o[1-9]|gpt-(?:[5-9]|\d\d))/;
const older = /^(?:gpt-[34]|chatgpt)/;

/** Wants `max_completion_tokens`; "max_tokens is not supported with this model" is a 400. */
export function limitsCompletion(model: string): boolean {
  return newer.test(plainName(model));
}

/** Refuses temperature, top_p, penalties, logprobs and stop while it thinks. The chat variants of GPT-5 do not think. */
export function alwaysThinks(model: string): boolean {
  const name = plainName(model);
  return newer.test(name) && !name.includes('-chat');
}

/** Knows no `reasoning_effort`: 400 "Unrecognized request argument". */
export function neverThinks(model: string): boolean {
  const name = plainName(model);
  return older.test(name) || (newer.test(name) && name.includes('-chat'));
}

const plainName = (model: string): string => model.slice(model.lastIndexOf('/') + 1).toLowerCase();
