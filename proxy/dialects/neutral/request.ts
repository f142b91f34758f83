// What a client asks, in the one form that lies between the wire formats. Every dialect reads its own format into this and
// writes this into its own; none knows another. What nobody said is null, '' or an empty list.

/** Where bytes are: in the request itself (base64), at an address that the provider fetches, or in the provider's keeping. */
export type Source =
  | { kind: 'data'; mediaType: string; data: string }
  | { kind: 'url'; url: string }
  | { kind: 'id'; id: string };

/** Which provider family made a seal. A seal goes back to its own family alone; others would refuse it. */
export type SealOrigin = 'anthropic' | 'gemini' | 'openai' | 'openrouter';

/** What a provider wants back unchanged beside its own reasoning or tool call: opaque to everybody else. */
export interface Seal {
  origin: SealOrigin;
  /**
   * `signature`: proves the text beside it; `redacted`: stands instead of a text that nobody may read (Anthropic);
   * `encrypted`: OpenAI's encrypted_content; `details`: OpenRouter's reasoning_details, as JSON text.
   */
  kind: 'signature' | 'redacted' | 'encrypted' | 'details';
  value: string;
  /** The id of the item it belongs to (OpenAI responses); else empty. */
  id: string;
}

/** A place up to which the provider should remember the prompt; `ttl` as Anthropic writes it, '' for its default. */
export interface CacheMark {
  ttl: '' | '5m' | '1h';
}

export interface TextPart {
  type: 'text';
  text: string;
  cache?: CacheMark;
}
export interface ImagePart {
  type: 'image';
  source: Source;
  /** OpenAI's low, high, auto; '' when not said. */
  detail: string;
  cache?: CacheMark;
}
export interface AudioPart {
  type: 'audio';
  source: Source;
}
export interface FilePart {
  type: 'file';
  source: Source;
  name: string;
  cache?: CacheMark;
}
export interface RefusalPart {
  type: 'refusal';
  text: string;
}
export interface ReasoningPart {
  type: 'reasoning';
  text: string;
  seal: Seal | null;
}
export interface ToolCallPart {
  type: 'tool-call';
  id: string;
  name: string;
  /** JSON text, as the model wrote it; '' where it wrote none. */
  arguments: string;
  seal: Seal | null;
}
export interface ToolResultPart {
  type: 'tool-result';
  callId: string;
  /** The tool's name, where the format says it; else ''. */
  name: string;
  content: (TextPart | ImagePart | FilePart)[];
  failed: boolean;
  cache?: CacheMark;
}

export type Part =
  | TextPart
  | ImagePart
  | AudioPart
  | FilePart
  | RefusalPart
  | ReasoningPart
  | ToolCallPart
  | ToolResultPart;

/**
 * One turn. `system` covers OpenAI's developer role, and may stand anywhere. `tool` holds tool results and nothing else, all
 * those that follow each other in one message; a user's words beside them are the `user` message after it.
 */
export interface Message {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: Part[];
  /** OpenAI's participant name; else ''. */
  name: string;
}

export interface Tool {
  name: string;
  description: string;
  /** JSON Schema of the arguments; null where none is given. */
  parameters: Record<string, unknown> | null;
  strict: boolean | null;
  cache?: CacheMark;
}

export type ToolChoice = { type: 'auto' } | { type: 'none' } | { type: 'required' } | { type: 'tool'; name: string };

export type AnswerFormat =
  | { type: 'text' }
  | { type: 'json' }
  | {
      type: 'schema';
      name: string;
      description: string;
      schema: Record<string, unknown>;
      strict: boolean | null;
    };

/** How hard to think. `effort` and `budgetTokens` are two ways of saying it; a dialect takes the one it knows. */
export interface Reasoning {
  effort: '' | 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
  budgetTokens: number | null;
  /** The client wants to see the thoughts (or a summary); null: not said. */
  visible: boolean | null;
}

export interface NeutralRequest {
  model: string;
  stream: boolean;
  /** The client wants token counts at the end of a stream. Only OpenAI chat lets it choose; true elsewhere. */
  wantsUsage: boolean;
  messages: Message[];
  tools: Tool[];
  toolChoice: ToolChoice | null;
  parallelToolCalls: boolean | null;
  answerFormat: AnswerFormat | null;
  maxTokens: number | null;
  temperature: number | null;
  topP: number | null;
  topK: number | null;
  seed: number | null;
  presencePenalty: number | null;
  frequencyPenalty: number | null;
  stop: string[];
  /** How many answers; OpenAI's n. */
  choices: number | null;
  /** Log probabilities are wanted, with so many alternatives a token. */
  logprobs: { top: number } | null;
  logitBias: Record<string, number> | null;
  reasoning: Reasoning | null;
  user: string;
  metadata: Record<string, string> | null;
  /** OpenAI's prompt_cache_key. */
  cacheKey: string;
  serviceTier: string;
  /**
   * Fields that this dialect's own documentation names and the neutral form has no word for (audio, prediction, server-side
   * tools, previous_response_id …), by their path in the client's body. They cannot cross over.
   */
  beyond: Record<string, unknown>;
  /** Top-level fields that the client's dialect does not know: meant for the provider, they go along as they are. */
  extra: Record<string, unknown>;
}

/** A request with nothing in it, to be filled by a reader. */
export const emptyRequest = (): NeutralRequest => ({
  ...{ model: '', stream: false, wantsUsage: true, messages: [], tools: [], toolChoice: null },
  ...{ parallelToolCalls: null, answerFormat: null, maxTokens: null, temperature: null, topP: null, topK: null },
  ...{ seed: null, presencePenalty: null, frequencyPenalty: null, stop: [], choices: null, logprobs: null },
  ...{ logitBias: null, reasoning: null, user: '', metadata: null, cacheKey: '', serviceTier: '' },
  ...{ beyond: {}, extra: {} },
});

/** The client's body says something that cannot be read. The step that catches it knows how to answer. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  /** Path in the client's body, such as `messages[3].content`. */
  readonly field: string;

  /** `expected` completes "… should be", `found` says what stands there instead. */
  constructor(field: string, expected: string, found: string) {
    super(`"${field}" should be ${expected}; found ${found}.`);
    this.field = field;
  }
}
