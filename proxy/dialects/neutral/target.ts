// Writing a request for somebody: what a dialect has to know of the target, and what it gives back.
import type { ProviderQuirks } from '../../../catalog/provider.ts';
import type { NeutralRequest } from './request.ts';

export interface TargetFacts {
  /** The model as this provider calls it. */
  model: string;
  quirks: ProviderQuirks;
  /** Tokens the model can give out, where the catalogue knows it; some dialects must say a limit (Anthropic). */
  maxOutputTokens: number | null;
}

/** Something of the request that this dialect, or this model, has no word for. */
export interface Unsupported {
  /** Of the neutral request, or for a part of it a path such as `messages[2].content[0]`. */
  field: keyof NeutralRequest | (string & {});
  /** Leaving it out would give another answer than the client asked for (tools, response format, n, an image …). */
  changesAnswer: boolean;
  /** One clause for people: "Cohere takes no image by URL". */
  reason: string;
}

export interface WrittenRequest {
  /** What goes out as JSON. `model` and `stream` stand in it where the dialect has them in the body. */
  body: Record<string, unknown>;
  /** Headers that the dialect needs, lower-case names (anthropic-version). */
  headers: Record<string, string>;
  unsupported: Unsupported[];
}
