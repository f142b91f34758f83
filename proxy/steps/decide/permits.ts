// Whether a call may reach a target at all: what its Sightline key allows, and whose key would open the door there. Asked for
// every candidate, and again before each attempt.
import type { ResolvedProvider } from '../../../configuration/provider.ts';
import { keyPermits, permitsUnseen } from '../../access/key-policy.ts';
import * as refusals from '../../access/refusals.ts';
import type { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import { clientKey, usesClientsKey } from '../../upstream/credential.ts';
import type { Directory } from '../../upstream/directory.ts';

interface Named {
  provider: string;
  model: string;
}

export function permits(exchange: Exchange, target: Named, directory: Directory): boolean {
  const { ours, theirs } = exchange.admission;
  if (!keyAllows(exchange, target)) return false;
  if (ours && theirs) return true;
  const provider = directory.named(target.provider);
  if (!provider) return false;
  return opens(exchange, provider, directory) ? theirs : ours;
}

/** True where the door of this provider is opened by the key that the client brought. */
function opens({ request, search, route }: Exchange, provider: ResolvedProvider, directory: Directory): boolean {
  const own = directory.forFamily(route.family) === provider;
  return usesClientsKey({ provider, own }, clientKey(request.headers, search));
}

function keyAllows(exchange: Exchange, { provider, model }: Named): boolean {
  const { known } = exchange.admission;
  if (known === null) return true;
  // A body that nobody could look into goes on as it is: whatever it names is what will be asked for.
  const unseen = exchange.scan === null && exchange.request.method === 'POST' && exchange.route.model === '';
  if (unseen) return permitsUnseen(known, provider);
  return keyPermits(known, { requestedModel: exchange.requestedModel, provider, model });
}

/** Another model that the client itself names as a stand-in has to be one that its key may ask for. */
export function mayWish(
  { admission: { known } }: Exchange,
  wished: string,
  found: { provider: ResolvedProvider; model: string },
): boolean {
  return !known || keyPermits(known, { requestedModel: wished, provider: found.provider.name, model: found.model });
}

/** What to say where nobody may be asked for want of permission. */
export function notPermitted(exchange: Exchange, target: Named): ProxyError {
  const { known } = exchange.admission;
  const asked = exchange.requestedModel || `${target.provider}/${target.model}`;
  if (known && !keyAllows(exchange, target)) return refusals.mayNotAsk(known.record, `"${asked.slice(0, 200)}"`);
  return refusals.oursClosed(target.provider);
}
