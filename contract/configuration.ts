// The configuration file, `sightline.config.json` or `.yaml`. Every field has a default and a sentence; the JSON Schema
// that editors use is generated from here. Reading, environment variables and problem reports live in configuration/.
import { z } from 'zod';
import {
  AccessConfiguration,
  AlertConfiguration,
  CacheConfiguration,
  PaceConfiguration,
  VaultConfiguration,
} from './access/access-configuration.ts';
import { Budget, PaceLimit } from './access/budget.ts';
import { RouteConfiguration } from './routes.ts';
import { CaptureMode, DialectName } from './words.ts';

/** How a provider speaks. An `openai` one serves chat, responses and embeddings. */
export const ProviderDialect = z.enum([
  'openai',
  'azure',
  'anthropic',
  'gemini',
  'vertex',
  'cohere',
  'bedrock',
  'ollama',
]);
export type ProviderDialect = z.infer<typeof ProviderDialect>;

const port = z.number().int().min(0).max(65535);
const bytes = z.number().int().positive();
const milliseconds = z.number().int().nonnegative();
const name = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'expected a lower-case name such as "openai" or "house-llama"');

export const ProviderConfiguration = z.strictObject({
  like: z.string().optional().describe('take the missing fields from this well-known provider'),
  dialect: ProviderDialect.optional().describe('wire format; known already for a well-known name'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('as the provider’s own SDK takes it'),
  apiKey: z
    .string()
    .optional()
    .describe(
      '"env:NAME", "file:/path" or the key itself; "vault:": from the vault alone; left out: from the vault, else the client’s own',
    ),
  apiKeys: z
    .array(z.string())
    .optional()
    .describe('several keys of one provider, used in turn: a limited one rests, a refused one is left out'),
  clientKeys: z
    .enum(['prefer', 'ignore'])
    .optional()
    .describe('whose key wins when both exist; default: ignore the client’s where apiKey is set in this file'),
  headers: z.record(z.string(), z.string()).default({}).describe('added to every request to this provider'),
  region: z.string().default('').describe('where it runs, for residency rules'),
  project: z.string().default('').describe('the Google Cloud project, for Vertex AI'),
  credentials: z
    .string()
    .optional()
    .describe(
      'a Google service account for Vertex AI, where no apiKey is used: "file:/path/to/service-account.json" or "env:NAME"',
    ),
  aws: z
    .strictObject({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string().default('') })
    .optional()
    .describe('signs requests to Bedrock, where no apiKey is used; each "env:NAME", "file:/path" or the value itself'),
  speaks: DialectName.optional().describe(
    'the wire format to ask it in, where it serves several: anthropic-messages …',
  ),
  selfHosted: z.boolean().default(false),
  retention: z
    .enum(['none', 'any'])
    .optional()
    .describe('what it keeps of a call, as its contract with you says; for routes that allow only "none"'),
});
export type ProviderConfiguration = z.infer<typeof ProviderConfiguration>;

export { RouteConfiguration };

export const ProxyConfiguration = z.strictObject({
  host: z.string().default('127.0.0.1').describe('address to listen on'),
  port: port.default(4141),
  workers: z.number().int().min(1).max(64).default(1).describe('proxy processes that share the port'),
  maxBodyBytes: bytes.default(64 * 1024 * 1024).describe('larger request bodies are refused with 413'),
  streamUsage: z
    .enum(['inject', 'estimate'])
    .default('inject')
    .describe('OpenAI chat streams that do not ask for usage: ask for it and hide the extra chunk, or estimate'),
  connectTimeoutMs: milliseconds.default(10_000),
  firstByteTimeoutMs: milliseconds.default(0).describe('0: wait as long as the client does'),
  idleTimeoutMs: milliseconds.default(0).describe('longest silence inside an answer; 0: no limit'),
  shutdownGraceMs: milliseconds.default(30_000).describe('running exchanges may finish for this long after SIGTERM'),
});

export const RecordingConfiguration = z.strictObject({
  capture: CaptureMode.default('full').describe('full, metadata or off; a client may lower it, never raise it'),
  captureBytes: bytes.default(1024 * 1024).describe('kept per side of an exchange; the rest is counted, not stored'),
  durability: z
    .enum(['group', 'strict'])
    .default('group')
    .describe('group: on disk within 100 ms; strict: before the response ends'),
  whenFull: z
    .enum(['open', 'closed'])
    .default('open')
    .describe('disk allowance used up: go on and count the gap, or refuse with 503'),
  allowanceBytes: bytes.default(2 * 1024 * 1024 * 1024).describe('segments that may wait on disk for the collector'),
  sealAfterMs: milliseconds.default(1000),
  sealAfterRecords: z.number().int().positive().default(5000),
  sealAfterBytes: bytes.default(8 * 1024 * 1024),
  collectorUrl: z.url().default('http://127.0.0.1:4142').describe('where segments go'),
  ingestKey: z.string().default('').describe('shared secret between proxy and collector; "env:NAME" or "file:/path"'),
});
export type RecordingConfiguration = z.infer<typeof RecordingConfiguration>;

export const CollectorConfiguration = z.strictObject({
  host: z.string().default('127.0.0.1').describe('address to listen on'),
  port: port.default(4142),
  basePath: z
    .string()
    .regex(/^(\/[\w.~-]+)*$/, 'expected "" or a path such as /sightline without a slash at the end')
    .default(''),
  hosts: z
    .array(z.string())
    .default([])
    .describe(
      'names, besides localhost and addresses, under which browsers may open the dashboard without an access key',
    ),
  proxyUrl: z
    .string()
    .default('')
    .describe(
      'what apps put where their base URL was, shown on the dashboard; empty: worked out from the proxy’s port',
    ),
  trustForwardedPrefix: z.boolean().default(false).describe('honour X-Forwarded-Prefix from a reverse proxy'),
  accessKey: z.string().default('').describe('asked of whoever opens the dashboard; "env:NAME" or "file:/path"'),
  ingestKey: z.string().default('').describe('asked of proxies that deliver segments; "env:NAME" or "file:/path"'),
  timezone: z.string().default('UTC').describe('reporting time zone, an IANA name'),
  retentionDays: z
    .strictObject({
      exchanges: z.number().int().positive().default(90),
      bodies: z.number().int().positive().default(30),
      rollups: z.number().int().positive().default(730),
    })
    .default({ exchanges: 90, bodies: 30, rollups: 730 }),
});

export type CollectorConfiguration = z.infer<typeof CollectorConfiguration>;

export const ClickHouseConfiguration = z.strictObject({
  url: z.string().default('').describe('http(s)://user:password@host:8123; empty: the embedded store'),
  cluster: z.string().default('').describe('name for ON CLUSTER statements; empty: a single server'),
  database: z.string().regex(/^\w+$/).default('sightline'),
});

export const RedisConfiguration = z.strictObject({
  url: z
    .string()
    .default('')
    .describe('redis[s]://user:password@host:6379/0, through which several proxies share what they see; empty: none'),
});

/** Who turns prompts into vectors for routes that match on meaning. */
export const EmbeddingsConfiguration = z.strictObject({
  provider: z.string().min(1).describe('one of the configured providers'),
  model: z.string().min(1).describe('a model of its that makes vectors'),
  timeoutMs: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe('how long a prompt waits for its vector; after that the built-in classifier decides'),
});
export type EmbeddingsConfiguration = z.infer<typeof EmbeddingsConfiguration>;

export const RoutingConfiguration = z.strictObject({
  embeddings: EmbeddingsConfiguration.optional().describe(
    'an endpoint that says what prompts are like, for routes with examples; left out: the built-in classifier',
  ),
});

export const Configuration = z.strictObject({
  $schema: z.string().optional(),
  data: z.string().default('./data').describe('folder for segments and the embedded store'),
  providers: z.record(name, ProviderConfiguration).default({}),
  defaults: z
    .partialRecord(ProviderDialect, z.string())
    .default({})
    .describe('which provider serves /v1/… of a dialect when several speak it'),
  routes: z.array(RouteConfiguration).default([]),
  routing: RoutingConfiguration.prefault({}),
  proxy: ProxyConfiguration.prefault({}),
  recording: RecordingConfiguration.prefault({}),
  collector: CollectorConfiguration.prefault({}),
  clickhouse: ClickHouseConfiguration.prefault({}),
  redis: RedisConfiguration.prefault({}),
  access: AccessConfiguration.prefault({}),
  vault: VaultConfiguration.prefault({}),
  budgets: z.array(Budget).default([]).describe('how much may be spent; more can be set with `sightline budgets`'),
  limits: z.array(PaceLimit).default([]).describe('how fast, and how much in one call'),
  pace: PaceConfiguration.prefault({}),
  cache: CacheConfiguration.prefault({}),
  alerts: AlertConfiguration.prefault({}),
  prices: z
    .strictObject({
      overlay: z
        .string()
        .default('')
        .describe(
          'JSON or YAML file with price rows of your own; empty: prices/overlay.json in the data folder, if there',
        ),
      book: z
        .string()
        .default('')
        .describe(
          'a data file of genai-prices; empty: prices/book.json in the data folder, else the one that came along',
        ),
    })
    .prefault({}),
});
export type Configuration = z.infer<typeof Configuration>;
