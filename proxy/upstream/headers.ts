// Which headers cross the proxy. Hop-by-hop ones end here in both directions (RFC 9110, 7.6.1), and so do the headers
// that are addressed to a gateway: a provider has no business with them, and strict ones refuse what they do not know.

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Rebuilt for the provider (host, length), answered here (expect), or nobody's business upstream (forwarding). */
const requestOnly = new Set(['host', 'content-length', 'expect', 'forwarded', 'via', 'x-real-ip', 'x-client-ip']);

const gatewayPrefixes = ['x-sightline-', 'helicone-', 'x-portkey-', 'x-litellm-', 'cf-aig-', 'x-bf-', 'x-forwarded-'];

const credentials = new Set(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']);

/** Cookies, and whose account at OpenAI it is: for whom the client called, and for nobody else. */
const personal = new Set(['cookie', 'openai-organization', 'openai-project']);

/** The names that a Connection header declares hop-by-hop; undefined in the usual case. */
function declaredHops(value: string | undefined): Set<string> | undefined {
  if (value === undefined || value === 'keep-alive' || value === 'close') return undefined;
  return new Set(value.split(',').map((token) => token.trim().toLowerCase()));
}

export interface OutgoingHeaders {
  /** Node's rawHeaders: name, value, name, value … */
  raw: readonly string[];
  connection: string | undefined;
  /** True: the client's own credentials stay here. */
  dropCredentials: boolean;
  /** True: it goes to somebody else than the client called. */
  elsewhere?: boolean;
  /** Lower-case names that are left out on top, because something else will set them. */
  drop?: ReadonlySet<string>;
}

/** The client's headers as they go to the provider, flat [name, value, …], in order and spelling as they came. */
export function outgoingHeaders(options: OutgoingHeaders): string[] {
  const declared = declaredHops(options.connection);
  const out: string[] = [];
  for (let i = 0; i < options.raw.length; i += 2) {
    const name = options.raw[i] as string;
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || requestOnly.has(lower) || declared?.has(lower)) continue;
    if (options.dropCredentials && credentials.has(lower)) continue;
    if (options.elsewhere && personal.has(lower)) continue;
    if (options.drop?.has(lower) || isForGateway(lower)) continue;
    out.push(name, options.raw[i + 1] as string);
  }
  return out;
}

export function isForGateway(lowerName: string): boolean {
  const first = lowerName.charCodeAt(0);
  // h(elicone) c(f-aig) x(-…): most names are done after one comparison.
  if (first !== 0x68 && first !== 0x63 && first !== 0x78) return false;
  return gatewayPrefixes.some((prefix) => lowerName.startsWith(prefix));
}

/** A provider's headers as they go to the client, flat, without hop-by-hop ones and without names that are ours. */
export function incomingHeaders(raw: readonly (Buffer | string)[], dropLength: boolean): string[] {
  const out: string[] = [];
  let declared: Set<string> | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    const name = latin1(raw[i] as Buffer | string);
    const lower = name.toLowerCase();
    const value = latin1(raw[i + 1] as Buffer | string);
    if (lower === 'connection') declared = declaredHops(value);
    if (hopByHop.has(lower) || lower.startsWith('x-sightline-')) continue;
    if (dropLength && lower === 'content-length') continue;
    out.push(name, value);
  }
  if (!declared) return out;
  const kept: string[] = [];
  for (let i = 0; i < out.length; i += 2) {
    if (!declared.has((out[i] as string).toLowerCase())) kept.push(out[i] as string, out[i + 1] as string);
  }
  return kept;
}

/** The value of one header in a flat list; empty when absent. `lower` is the name in lower case. */
export function headerValue(flat: readonly string[], lower: string): string {
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (name.length === lower.length && name.toLowerCase() === lower) return flat[i + 1] as string;
  }
  return '';
}

/** Name and value of the headers that `keep` wants, told their lower-case names. */
export function pairs(flat: readonly string[], keep: (lowerName: string) => boolean): [string, string][] {
  const out: [string, string][] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    if (keep(name)) out.push([name, flat[i + 1] as string]);
  }
  return out;
}

const latin1 = (value: Buffer | string): string => (typeof value === 'string' ? value : value.toString('latin1'));
