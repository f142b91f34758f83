// GET /v1/models for clients of OpenAI's API: everything that can be asked for here, under the name to ask for it.
import { type ListedModel, listedModels, unknownPrice } from '../../catalog/model-facts.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { RouteConfiguration } from '../../contract/configuration.ts';
import type { Directory } from '../upstream/directory.ts';
import { isMeant } from '../upstream/find-target.ts';
import type { ListAsker } from './ask-list.ts';
import { type OwnModel, unknownCapabilities } from './own-list.ts';

export interface ModelListParts {
  directory: Directory;
  routes: readonly RouteConfiguration[];
  asker: ListAsker;
}

export interface ModelList {
  /** False where nobody has configured anything: the provider's own list then passes as it is. */
  readonly answers: boolean;
  list(): Promise<ModelEntry[]>;
}

/** OpenAI's fields, and beside them what else is known. Unknown is null. */
export interface ModelEntry {
  id: string;
  object: 'model';
  /** Epoch seconds. OpenAI's SDKs take no null here: 0 where the provider does not say. */
  created: number;
  owned_by: string;
  dialect: string | null;
  context_window: number | null;
  /** Dollars per million tokens. */
  pricing: { input: number | null; output: number | null; cache_read: number | null; cache_write: number | null };
  capabilities: Record<string, boolean | null>;
  /** Of an alias: the targets that it may lead to; not shown. */
  reaches?: readonly { provider: string; model: string }[];
}

export function createModelList({ directory, routes, asker }: ModelListParts): ModelList {
  // Keys of the vault come and go, and whom they stand for with them.
  const meant = () => directory.all().filter(isMeant);
  const own = directory.forFamily('openai');
  const aliases = routes.flatMap(({ match }) => (match.model && !match.model.includes('*') ? [match.model] : []));
  return {
    get answers() {
      return aliases.length > 0 || meant().length > 0;
    },
    async list() {
      const lists = await Promise.all(meant().map((provider) => modelsOf(provider, asker, provider === own)));
      const named = lists.flat();
      const routed = [...new Set(aliases)]
        .filter((alias) => !named.some(({ id }) => id === alias))
        .map((alias) => aliasEntry(alias, routes));
      return [...routed, ...named];
    },
  };
}

async function modelsOf(provider: ResolvedProvider, asker: ListAsker, plainly: boolean): Promise<ModelEntry[]> {
  const served = await asker.ask(provider);
  const listed = listedModels(provider.priceProvider);
  const inBook = new Map(listed.map((model) => [model.id, model]));
  const ids = served ? served.map(({ id }) => id) : listed.map(({ id }) => id);
  const said = new Map((served ?? []).map((model) => [model.id, model]));
  return ids.map((id) => entryOf({ provider, plainly, id, book: inBook.get(id), own: said.get(id) }));
}

interface Known {
  provider: ResolvedProvider;
  /** Asked for by its plain name, because the path stands for this provider. */
  plainly: boolean;
  id: string;
  book: ListedModel | undefined;
  own: OwnModel | undefined;
}

function entryOf({ provider, plainly, id, book, own }: Known): ModelEntry {
  const { input, output, cacheRead, cacheWrite } = book?.pricing ?? unknownPrice;
  const { structuredOutput, ...capabilities } = own?.capabilities ?? unknownCapabilities;
  return {
    id: plainly ? id : `${provider.name}/${id}`,
    object: 'model',
    created: own?.created ?? 0,
    owned_by: provider.name,
    dialect: provider.dialect,
    context_window: own?.contextWindow ?? book?.contextWindow ?? null,
    pricing: { input, output, cache_read: cacheRead, cache_write: cacheWrite },
    capabilities: { ...capabilities, structured_output: structuredOutput },
  };
}

function aliasEntry(id: string, routes: readonly RouteConfiguration[]): ModelEntry {
  const meant = routes.filter(({ match }) => match.model === id);
  const reaches = meant.flatMap(({ targets, fallback }) => [...targets, ...fallback]);
  const { structuredOutput, ...capabilities } = unknownCapabilities;
  return {
    ...{ id, object: 'model', created: 0, owned_by: 'sightline', dialect: null, context_window: null },
    reaches: reaches.map(({ provider, model }) => ({ provider, model })),
    pricing: { input: null, output: null, cache_read: null, cache_write: null },
    capabilities: { ...capabilities, structured_output: structuredOutput },
  };
}
