// Asks a provider for the vectors of texts, for Sightline's own use and with the configured key alone.
import { type Dispatcher, request } from 'undici';
import { embeddingsFor } from './steps/prepare/embeddings.ts';
import type { Target } from './target.ts';
import { joinPath, parseAddress } from './upstream/address.ts';
import { chooseCredential, needsToken } from './upstream/credential.ts';
import { endpointOf } from './upstream/endpoint.ts';
import type { GoogleTokens } from './upstream/google-token.ts';

/** One vector for each text, in their order. Rejects when they do not come in time. */
export type EmbedTexts = (texts: readonly string[], timeoutMs: number) => Promise<number[][]>;

export interface EmbedTextsOptions {
  target: Target;
  connections: Dispatcher;
  tokens: GoogleTokens;
}

export function createEmbedTexts({ target, connections, tokens }: EmbedTextsOptions): EmbedTexts {
  const { provider, model, wire } = target;
  const dialect = embeddingsFor(target);
  const endpoint = endpointOf({ provider, dialect: wire, operation: 'embeddings', model, stream: false });
  const { origin, prefix } = parseAddress(provider.baseUrl);
  const url = origin + (endpoint.fromOrigin ? endpoint.path : joinPath(prefix, endpoint.path)) + endpoint.search;
  const facts = { model, quirks: provider.quirks, maxOutputTokens: null };

  const ask = async (texts: readonly string[], signal: AbortSignal): Promise<number[][]> => {
    if (!dialect) throw new Error(`Provider "${provider.name}" makes no vectors.`);
    const plain = { dimensions: null, encoding: 'float', user: '', extra: {} } as const;
    const written = dialect.writeRequest({ model, inputs: [...texts], ...plain }, facts);
    const credential = chooseCredential(provider, '');
    const headers = ['content-type', 'application/json', ...Object.entries(written.headers).flat()];
    if (credential.key) credential.key.uses += 1;
    headers.push(...credential.headers, ...Object.entries(provider.headers).flat());
    if (needsToken(provider, credential))
      headers.push('authorization', `Bearer ${await tokens.tokenFor(provider.name, provider.serviceAccount)}`);
    const body = JSON.stringify(written.body);
    const answer = await request(url, { method: 'POST', dispatcher: connections, headers, body, signal });
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      throw new Error(`Provider "${provider.name}" answered ${answer.statusCode} when asked for vectors.`);
    }
    const vectors = dialect.readAnswer(await answer.body.json())?.vectors ?? [];
    if (vectors.length !== texts.length) throw new Error(`${vectors.length} vectors for ${texts.length} texts.`);
    return vectors;
  };
  return (texts, timeoutMs) => {
    const signal = AbortSignal.timeout(timeoutMs);
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      ask(texts, signal).then(resolve, reject);
    });
  };
}
