// Who a conversation belongs to: what is kept between its turns is found by nobody else.
import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { clientKey } from './upstream/credential.ts';

/** A short digest of the tenant and of the Sightline key's id, else of the client's own key; the key itself is not kept. */
export function ownerOf({
  attribution,
  request,
  search,
}: Pick<Exchange, 'attribution' | 'request' | 'search'>): string {
  const key = attribution.key || clientKey(request.headers, search);
  return createHash('sha256').update(`${attribution.tenant}\n${key}`).digest('base64url').slice(0, 22);
}
