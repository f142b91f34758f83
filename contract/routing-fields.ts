// Fields of a request body in which clients of other gateways say where it should go: OpenRouter's, LiteLLM's and Bifrost's,
// Vercel's. They are taken out before a provider sees the body, for one that is no gateway refuses them as unknown.

export const routingFields: readonly string[] = ['models', 'provider', 'fallbacks', 'route', 'providerOptions'];
