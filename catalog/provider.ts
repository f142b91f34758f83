// What is known of a provider before anybody configured it: one row of the catalogue. Data only; who is configured,
// with which key, stands in configuration/provider.ts.
import type { ProviderDialect } from '../contract/configuration.ts';

/** The header that carries the credential; `authorization-bearer` is `authorization: Bearer <key>`, `none` sends nothing. */
export type KeyHeader =
  | 'authorization-bearer'
  | 'x-api-key'
  | 'api-key'
  | 'x-goog-api-key'
  | 'x-portkey-api-key'
  | 'none';

export interface ProviderQuirks {
  /**
   * Token counts in OpenAI chat streams: `ask` sends them when `stream_options.include_usage` is set, `always` sends
   * them unasked (and may refuse the option as an unknown field).
   */
  streamUsage: 'ask' | 'always';
  /** Pattern that tool call ids must match on the way in, where the provider insists on one. */
  toolCallId?: string;
  /** Further wire formats this provider serves, as a path from the origin of its base URL. */
  alsoServes?: { openai?: string; anthropic?: string };
  /** An OpenAI-compatible provider without /responses: its clients of that API are translated. */
  lacksResponses?: boolean;
  /** A gateway itself: fields that say where a request should go are for it. */
  isGateway?: boolean;
  /** Its base URL has no version, and its paths have none either. */
  versionless?: boolean;
  /** Fields of an OpenAI chat request that this provider calls otherwise: `{ seed: 'random_seed' }`. */
  renames?: Readonly<Record<string, string>>;
  /**
   * Fields of an OpenAI chat request that this provider refuses. Three reach deeper: `messages.name`, `messages.refusal` and
   * `response_format.json_schema`; kinds of parts stand as `input_audio` and `file`.
   */
  refuses?: readonly string[];
  /**
   * What it takes beyond OpenAI's chat format: `cache_control` on parts, OpenRouter's `reasoning` object and
   * `reasoning_details` of earlier turns, Google's `thought_signature` on calls, a `file_url` as file_data.
   */
  takes?: readonly ('cache_control' | 'reasoning' | 'reasoning_details' | 'thought_signature' | 'file_url')[];
  /** After tool results the assistant must speak, and a system message may not follow an assistant's. */
  strictOrder?: boolean;
  /** Its word for tool_choice "required". */
  requiredToolChoice?: string;
  /** The field in which it wants the thoughts of earlier turns with tool calls back, or it refuses the request. */
  reasoningBack?: 'reasoning_content' | 'reasoning';
  /** The base URL holds `{region}` until a region is known. */
  needsRegion?: boolean;
  /** Whose batch endpoint its own one is like. */
  batch?: 'openai' | 'anthropic';
}

export interface ProviderRow {
  name: string;
  dialect: ProviderDialect;
  /** As the provider's own SDK takes it; empty where only the operator can know it. `{region}` is filled in later. */
  baseUrl: string;
  /** Used instead of baseUrl when a cloud region such as europe-west4 is known. */
  regionalBaseUrl?: string;
  /** Environment variables that hold the key, the first one set wins. */
  keyEnvironment: readonly string[];
  /** Environment variables that replace the base URL. */
  baseUrlEnvironment: readonly string[];
  regionEnvironment: readonly string[];
  keyHeader: KeyHeader;
  /** Id in the published price book (@pydantic/genai-prices), or empty when it has none. */
  priceProvider: string;
  /** OpenTelemetry's gen_ai.provider.name; well-known values first, else the provider's own name. */
  telemetryName: string;
  selfHosted: boolean;
  quirks: ProviderQuirks;
}

/** The fields that most OpenAI-compatible rows leave as they are. */
const openAiCompatible = {
  dialect: 'openai',
  baseUrlEnvironment: [],
  regionEnvironment: [],
  keyHeader: 'authorization-bearer',
  priceProvider: '',
  selfHosted: false,
  quirks: { streamUsage: 'ask' },
} as const;

/** A whole row from what differs from a plain OpenAI-compatible provider; the telemetry name defaults to the name. */
export function providerRow(
  row: Partial<ProviderRow> & Pick<ProviderRow, 'name' | 'baseUrl' | 'keyEnvironment'>,
): ProviderRow {
  return Object.freeze({ ...openAiCompatible, telemetryName: row.name, ...row });
}
