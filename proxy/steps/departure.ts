// How a prepared request leaves: method, path, headers and body, with the credential of its provider.
import type { Dispatcher } from 'undici';
import { oursClosed } from '../access/refusals.ts';
import type { Exchange } from '../exchange.ts';
import { type Address, joinPath } from '../upstream/address.ts';
import { type Credential, clientKey, credentialFor, needsToken, withoutKey } from '../upstream/credential.ts';
import { endpointOf } from '../upstream/endpoint.ts';
import type { GoogleTokens } from '../upstream/google-token.ts';
import { outgoingHeaders } from '../upstream/headers.ts';
import { writtenHeaders } from '../upstream/outgoing.ts';
import { signAws } from '../upstream/sign-aws.ts';
import type { Prepared } from './prepare/prepared.ts';

export interface Departure {
  method: Dispatcher.HttpMethod;
  path: string;
  /** Flat [name, value, …]. */
  headers: string[];
  body: Buffer | null;
}

/** What is read on its way, to hide a chunk or to tell when it begins, must not be compressed. */
const acceptEncoding = new Set(['accept-encoding']);

export interface DepartureParts {
  address: Address;
  /** Name of the provider's configured key that goes. */
  key: string;
  tokens: GoogleTokens;
  /** The answer has to be readable on its way. */
  plain: boolean;
}

/** Throws SIGHTLINE_KEY_MISSING. Asynchronous only where a request has to be signed or a token fetched. */
export async function departureOf(
  exchange: Exchange,
  prepared: Prepared,
  { address, key, tokens, plain }: DepartureParts,
): Promise<Departure> {
  const { request, search } = exchange;
  const { provider } = prepared.target;
  const credential = credentialFor(prepared.target, clientKey(request.headers, search), key);
  // The last look before a key leaves; whoever asked for this has been told no long before.
  const { ours, theirs } = exchange.admission;
  if (!(credential.dropClients ? ours : theirs)) throw oursClosed(provider.name);
  const path = pathOf(exchange, prepared, { address, credential });
  const headers = headersOf(exchange, prepared, { credential, plain: plain || prepared.hidesUsage });
  headers.push(...credential.headers);
  if (credential.key) credential.key.uses += 1;
  if (needsToken(provider, credential))
    headers.push('authorization', `Bearer ${await tokens.tokenFor(provider.name, provider.serviceAccount)}`);
  for (const name in provider.headers) headers.push(name, provider.headers[name] as string);
  const body = prepared.body.length > 0 ? prepared.body : null;
  const method = request.method as Dispatcher.HttpMethod;
  if (provider.aws && provider.apiKey === null) {
    const url = address.origin + path;
    const { aws: credentials, region } = provider;
    const signed = await signAws({
      method,
      url,
      headers: [['content-type', 'application/json']],
      body: Uint8Array.from(prepared.body),
      credentials,
      region,
      at: new Date(),
    });
    for (const [name, value] of signed) if (name.toLowerCase() !== 'content-type') headers.push(name, value);
  }
  return { method, path, headers, body };
}

function headersOf(
  { request }: Exchange,
  { headers, target }: Prepared,
  { credential, plain }: { credential: Credential; plain: boolean },
): string[] {
  if (headers) return writtenHeaders(request.rawHeaders, headers);
  return outgoingHeaders({
    raw: request.rawHeaders,
    connection: request.headers.connection,
    dropCredentials: credential.dropClients || !target.own,
    elsewhere: !target.own,
    drop: plain ? acceptEncoding : undefined,
  });
}

/** The client's own path where its provider is asked as it was called; else where that provider serves this. */
function pathOf(
  exchange: Exchange,
  { target, translates }: Prepared,
  { address, credential }: { address: Address; credential: Credential },
): string {
  const { route, stream } = exchange;
  const search = credential.dropClients || !target.own ? withoutKey(exchange.search) : exchange.search;
  const moved = route.operation === 'chat' || route.operation === 'embeddings';
  const elsewhere =
    translates || !target.own || target.provider.dialect === 'azure' || target.provider.quirks.versionless;
  if (!moved || !elsewhere) return joinPath(address.prefix, route.tail) + search;
  const { provider, model, wire } = target;
  const endpoint = endpointOf({ provider, dialect: wire, operation: route.operation, model, stream });
  const path = endpoint.fromOrigin ? endpoint.path : joinPath(address.prefix, endpoint.path);
  return path + (translates ? endpoint.search : joined(endpoint.search, search));
}

function joined(one: string, other: string): string {
  return one && other ? `${one}&${other.slice(1)}` : one || other;
}
