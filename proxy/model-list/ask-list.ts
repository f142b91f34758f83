// Asks a provider for its list of models, with the configured key, at most once in a while, and never for long: a list is a
// convenience, and whoever is slow or away is listed from the price book.
import type { Dispatcher } from 'undici';
import { request } from 'undici';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { ProviderDialect } from '../../contract/configuration.ts';
import { joinPath, parseAddress } from '../upstream/address.ts';
import { chooseCredential } from '../upstream/credential.ts';
import { type OwnModel, readOwnList } from './own-list.ts';

const paths: Record<ProviderDialect, string | null> = {
  openai: '/models',
  anthropic: '/v1/models?limit=1000',
  gemini: '/v1beta/models?pageSize=1000',
  cohere: '/v1/models?page_size=1000',
  ollama: '/api/tags',
  // Deployments, foundation models and publishers are listed by other services, with other rights.
  azure: null,
  bedrock: null,
  vertex: null,
};

const patienceMs = 3000;
const freshMs = 5 * 60_000;
/** After a failure it is tried again sooner. */
const retryMs = 30_000;

export interface ListAsker {
  /** Null: this provider has no list, or did not give it in time. Never rejects. */
  ask(provider: ResolvedProvider): Promise<OwnModel[] | null>;
}

export function createListAsker(connections: Dispatcher, clock: () => number): ListAsker {
  const asked = new Map<string, { list: Promise<OwnModel[] | null>; until: number }>();
  return {
    ask(provider) {
      const known = asked.get(provider.name);
      if (known && known.until > clock()) return known.list;
      const entry = { list: fetchList(provider, connections), until: clock() + freshMs };
      asked.set(provider.name, entry);
      void entry.list.then((list) => {
        if (list === null) entry.until = clock() + retryMs;
      });
      return entry.list;
    },
  };
}

async function fetchList(provider: ResolvedProvider, dispatcher: Dispatcher): Promise<OwnModel[] | null> {
  const tail = paths[provider.dialect];
  if (tail === null) return null;
  try {
    const { origin, prefix } = parseAddress(provider.baseUrl);
    const credential = chooseCredential(provider, '');
    if (credential.key) credential.key.uses += 1;
    const headers = [...credential.headers];
    for (const [name, value] of Object.entries(provider.headers)) headers.push(name, value);
    if (provider.dialect === 'anthropic') headers.push('anthropic-version', '2023-06-01');
    const url = origin + joinPath(prefix, tail);
    const answer = await request(url, { dispatcher, headers, signal: AbortSignal.timeout(patienceMs) });
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      return null;
    }
    return readOwnList(await answer.body.json());
  } catch {
    return null;
  }
}
