// What a Claude model takes and refuses, by its name. Sources: platform.claude.com/docs (models, migration guides, effort,
// structured outputs, mid-conversation system messages). A model this table does not know is treated like an older one: it is
// spared what only newer ones understand, and whatever it refuses it says itself.

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ModelTraits {
  /** Takes temperature, top_p and top_k at all; Opus 4.7, Sonnet 5 and what came after answer 400. */
  sampling: boolean;
  /** Takes temperature and top_p in one request; since Opus 4.1 only one of them. */
  bothSamplers: boolean;
  /** `budget`: thinking "enabled" with a budget; `adaptive`: only "adaptive"; `always`: cannot be switched off either. */
  thinking: 'none' | 'budget' | 'budget or adaptive' | 'adaptive' | 'always';
  /** Thinks when the request says nothing about it. */
  thinksUnasked: boolean;
  /** Words that output_config.effort may be; empty where there is no such field. */
  efforts: readonly Effort[];
  /** Continues an assistant message that ends the conversation. */
  prefill: boolean;
  /** Takes the role system further on in the conversation. */
  systemAnywhere: boolean;
  /** Takes a schema for its answer, and `strict` tools. */
  schemas: boolean;
  /** Can be made to call a tool. */
  forcedTools: boolean;
  /** Tokens it can give out, for requests that set no limit. */
  outputTokens: number;
}

const unknownModel: ModelTraits = {
  sampling: true,
  bothSamplers: true,
  thinking: 'budget',
  thinksUnasked: false,
  efforts: [],
  prefill: true,
  systemAnywhere: false,
  schemas: true,
  forcedTools: true,
  outputTokens: 8192,
};

/** claude-opus-4-7, claude-3-7-sonnet-20250219, us.anthropic.claude-opus-4-6-v1:0, claude-opus-4@20250514, claude-4.7-opus. */
const version = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;

export function traitsOf(model: string): ModelTraits {
  const found = version.exec(model);
  const alwaysThinks = /claude-(?:[\d.]+-)?(?:fable|mythos)/.test(model);
  if (found === null && !alwaysThinks) return unknownModel;
  // Major and minor as one number, 407 for 4.7; Mythos Preview has no number and behaves like its time.
  const age = found === null ? 407 : Number(found[1]) * 100 + Number(found[2] ?? 0);
  const opus = model.includes('opus');
  const always = alwaysThinks || (opus && age >= 505);
  return {
    sampling: age < 407,
    bothSamplers: age < 401,
    thinking: always ? 'always' : thinkingOf(age),
    thinksUnasked: always || age >= 500,
    efforts: effortsOf(age),
    prefill: age < 406,
    // Bedrock (anthropic.claude-…) and Vertex (claude-…@date) refuse it whatever the model.
    systemAnywhere: age >= 408 && !/anthropic\.claude|@/.test(model),
    schemas: age >= 401,
    forcedTools: !always,
    outputTokens: opus && age >= 400 && age <= 401 ? 32_000 : outputOf(age),
  };
}

function thinkingOf(age: number): ModelTraits['thinking'] {
  if (age >= 407) return 'adaptive';
  if (age === 406) return 'budget or adaptive';
  return age >= 307 ? 'budget' : 'none';
}

/** Opus 4.6 names its own in a recorded refusal: "Supported levels: high, low, max, medium". */
function effortsOf(age: number): readonly Effort[] {
  if (age >= 407) return ['low', 'medium', 'high', 'xhigh', 'max'];
  return age === 406 ? ['low', 'medium', 'high', 'max'] : [];
}

function outputOf(age: number): number {
  if (age >= 406) return 128_000;
  if (age >= 307) return 64_000;
  return age >= 305 ? 8192 : 4096;
}
