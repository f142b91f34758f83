// Which provider serves a model that is asked for by its own name: `provider/model`, or a name that the price book knows as
// somebody's, else whoever the path stands for.
import { makerOf } from '../../catalog/model-facts.ts';
import type { PriceBook } from '../../catalog/prices.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { ModelRoute } from '../model-routes.ts';
import type { Target } from '../target.ts';
import type { Directory } from './directory.ts';
import { wireOf } from './wire.ts';

export interface FindTarget {
  directory: Directory;
  prices: Pick<PriceBook, 'knows'>;
}

export type NamedBy = Pick<ModelRoute, 'family' | 'dialect' | 'operation'>;

/** Null when nobody configured could answer this. */
export function findTarget({ directory, prices }: FindTarget, route: NamedBy, model: string): Target | null {
  const own = directory.forFamily(route.family);
  const at = (provider: ResolvedProvider | null, name: string): Target | null => {
    if (!provider) return null;
    const wire = wireOf({ provider, dialect: route.dialect, operation: route.operation, model: name });
    return wire && { provider, model: name, wire, own: provider === own };
  };
  if (model === '') return at(own, '');
  const slash = model.indexOf('/');
  // Gateways and hosts of other makers' models have names with a slash of their own: those stay with them.
  const itsOwn =
    own && !model.startsWith(`${own.name}/`) && (own.quirks.isGateway || prices.knows(own.priceProvider, model));
  const named = slash > 0 && !itsOwn ? directory.named(model.slice(0, slash)) : null;
  if (named && (isMeant(named) || named === own)) {
    const target = at(named, model.slice(slash + 1));
    if (target) return target;
  }
  if (own && prices.knows(own.priceProvider, model)) return at(own, model);
  for (const provider of servers({ directory, prices }, own, model)) {
    const target = at(provider, model);
    if (target) return target;
  }
  if (own) return at(own, model);
  const meant = directory.all().filter(isMeant);
  return meant.length === 1 ? at(meant[0] as ResolvedProvider, model) : null;
}

/** Who else serves a model of this name as the price book knows it: its maker first, then whoever hosts it. */
function servers(
  { directory, prices }: FindTarget,
  own: ResolvedProvider | null,
  model: string,
): readonly ResolvedProvider[] {
  const found = directory
    .all()
    .filter((one) => one !== own && isMeant(one) && !one.quirks.isGateway && prices.knows(one.priceProvider, model));
  if (found.length < 2) return found;
  const maker = makerOf(model);
  return [...found].sort((a, b) => Number(b.priceProvider === maker) - Number(a.priceProvider === maker));
}

/** Somebody set it up; what merely stands in the catalogue is not asked on a guess. */
export const isMeant = ({ declared, apiKey }: ResolvedProvider): boolean => declared !== 'catalogue' || apiKey !== null;

/** The target of a plan, with all that is needed to reach it; null where this provider cannot answer this operation. */
export function toTarget(
  directory: Directory,
  route: NamedBy,
  { provider: name, model }: { provider: string; model: string },
): Target | null {
  const provider = directory.named(name);
  const wire = provider && wireOf({ provider, dialect: route.dialect, operation: route.operation, model });
  return provider && wire ? { provider, model, wire, own: directory.forFamily(route.family) === provider } : null;
}
