// What the families of models on Bedrock can be told. Their names stand in the id, behind a region ("us.anthropic.claude-…");
// a profile of one's own (an ARN) may hide them.

export const isClaude = (model: string): boolean => /\bclaude\b/.test(model);

export const isNova = (model: string): boolean => /\bamazon\.nova\b/.test(model);

/** gpt-oss takes OpenAI's word for how hard to think. */
export const isOpenai = (model: string): boolean => /\bopenai\.gpt-oss\b/.test(model);

/** Signed thoughts came from a Claude, and if the name is hidden it is likely the one that wanted them back. */
export const mayBeClaude = (model: string): boolean =>
  isClaude(model) || model.includes('application-inference-profile');

/**
 * Claude since Opus 4.7 decides itself how long to think, and refuses temperature, top-p and top-k.
 * https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking
 */
export const thinksByItself = (model: string): boolean =>
  /\bclaude-(?:opus-(?:4-[7-9]|[5-9])|(?:sonnet|haiku)-[5-9]|fable|mythos)/.test(model);

/** Takes temperature or top-p but refuses both together, and can be told to remember a prompt for an hour. */
export const isClaudeSince45 = (model: string): boolean => /\bclaude-[a-z]+-(?:4-[5-9]|[5-9])/.test(model);

/**
 * Whether outputConfig, with a schema for the answer, and strict tools would be refused.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
export const lacksSchemas = (model: string): boolean =>
  isNova(model) ||
  /\b(?:amazon\.titan|meta|ai21|cohere|writer|stability)\b/.test(model) ||
  /\bclaude-(?:v\d|instant|3|(?:opus|sonnet)-4-(?:20|1))/.test(model);
