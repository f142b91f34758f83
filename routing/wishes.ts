// What a client says about routing in its request body, in the words that it knows from other gateways. Tolerant: what
// cannot be read is no wish. Names of providers are those of this configuration.
//   OpenRouter  models, provider {order, only, ignore, allow_fallbacks, require_parameters, data_collection, zdr, sort,
//               max_price}: openrouter.ai/docs/features/provider-routing
//   LiteLLM, Bifrost  fallbacks: names, or objects with a model (and provider)
//   Vercel      providerOptions.gateway {order, only, models, sort}

export interface Wishes {
  /** Models to ask when the requested one does not answer, in this order. */
  models: readonly string[];
  /** Providers: in this order, no others, not these. */
  order: readonly string[];
  only: readonly string[];
  ignore: readonly string[];
  allowFallbacks: boolean;
  /** Only targets known to be able to do all that the request needs. */
  requireParameters: boolean;
  sort: 'price' | 'latency' | 'throughput' | null;
  /** In nano-dollars; null: no limit. */
  maxInputNanosPerToken: number | null;
  maxOutputNanosPerToken: number | null;
  maxRequestNanos: number | null;
  retention: 'none' | 'any';
}

type Fields = Readonly<Record<string, unknown>>;

export const noWishes: Wishes = {
  models: [],
  order: [],
  only: [],
  ignore: [],
  allowFallbacks: true,
  requireParameters: false,
  sort: null,
  maxInputNanosPerToken: null,
  maxOutputNanosPerToken: null,
  maxRequestNanos: null,
  retention: 'any',
};

const sorts: Readonly<Record<string, Wishes['sort']>> = {
  price: 'price',
  cost: 'price',
  latency: 'latency',
  ttft: 'latency',
  throughput: 'throughput',
  tps: 'throughput',
};

/** `body`: the request's JSON object, or those of its fields that `routingFields` names. */
export function readWishes(body: unknown): Wishes {
  const fields = objectOf(body);
  const provider = objectOf(fields.provider);
  const gateway = objectOf(objectOf(fields.providerOptions).gateway);
  const price = objectOf(provider.max_price);
  return {
    models: unique([...names(fields.models), ...names(fields.fallbacks), ...names(gateway.models)]),
    order: unique([...names(provider.order), ...names(gateway.order)]),
    only: unique([...names(provider.only), ...names(gateway.only)]),
    ignore: names(provider.ignore),
    allowFallbacks: provider.allow_fallbacks !== false,
    requireParameters: provider.require_parameters === true,
    sort: sortOf(provider.sort) ?? sortOf(gateway.sort),
    // Dollars a million tokens are a thousand nano-dollars a token.
    maxInputNanosPerToken: scaled(price.prompt, 1e3),
    maxOutputNanosPerToken: scaled(price.completion, 1e3),
    maxRequestNanos: scaled(price.request, 1e9),
    retention: provider.data_collection === 'deny' || provider.zdr === true ? 'none' : 'any',
  };
}

/** `openai`, and also `deepinfra/turbo` or `openai/gpt-5`, name the provider before the slash. */
export function namesProvider(wish: string, provider: string): boolean {
  const slash = wish.indexOf('/');
  return (slash < 0 ? wish : wish.slice(0, slash)).toLowerCase() === provider.toLowerCase();
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** OpenRouter also takes `{ "by": "price", … }`. */
function sortOf(value: unknown): Wishes['sort'] {
  const word = typeof value === 'string' ? value : objectOf(value).by;
  return typeof word === 'string' && Object.hasOwn(sorts, word) ? (sorts[word] ?? null) : null;
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(nameOf).filter((name) => name !== '') : [];
}

function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { model, provider } = objectOf(value);
  if (typeof model !== 'string') return '';
  return typeof provider === 'string' && provider !== '' ? `${provider}/${model}` : model;
}

/** A number, or a number in a string; anything else, and what is below 0, is no limit. */
function scaled(value: unknown, factor: number): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number * factor : null;
}

const unique = (list: string[]): string[] => [...new Set(list)];
