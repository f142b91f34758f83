// Who makes the vectors of near matches: the embeddings endpoint of the configuration, where anything asks for them.

import type { Configuration } from '../contract/configuration.ts';
import { createNearRoom, type NearRoom } from './cache/near/near-room.ts';
import { createEmbedTexts, type EmbedTextsOptions } from './embed-texts.ts';
import type { Directory } from './upstream/directory.ts';
import { type NamedBy, toTarget } from './upstream/find-target.ts';

export interface NearRooms extends Pick<EmbedTextsOptions, 'connections' | 'tokens'> {
  configuration: Pick<Configuration, 'routes' | 'routing' | 'cache'>;
  directory: Directory;
  clock(): number;
}

const embeddingsRoute: NamedBy = { family: 'openai', dialect: 'openai-embeddings', operation: 'embeddings' };

/** Null where nobody looks for near matches. */
export function nearRoomFor({ configuration, directory, clock, ...ways }: NearRooms): NearRoom | null {
  const { routes, routing, cache } = configuration;
  const wanted = cache.near.mode !== 'off' || routes.some((route) => (route.cache?.near ?? 'off') !== 'off');
  const target = wanted && routing.embeddings ? toTarget(directory, embeddingsRoute, routing.embeddings) : null;
  if (!target || !routing.embeddings) return null;
  const { name: provider, selfHosted } = target.provider;
  const embed = createEmbedTexts({ target, ...ways });
  return createNearRoom({ reader: { provider, selfHosted }, embed, timeoutMs: routing.embeddings.timeoutMs, clock });
}
