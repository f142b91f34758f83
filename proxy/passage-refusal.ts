// Who may go the short way round: the same gate as on the long way, and what the key allows of a provider and of a model that
// the path names.
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { Gate } from './access/gate.ts';
import { keyPermits, permitsUnseen } from './access/key-policy.ts';
import { mayNotAsk } from './access/refusals.ts';
import { keepToOwnStore, namesStored } from './access/stored-things.ts';
import { ProxyError } from './errors.ts';
import { type Identified, identify } from './steps/identify.ts';

interface IdentifiedPassage extends Identified {
  readonly provider: ResolvedProvider;
  readonly route: { model: string };
  /** Of the path, after the provider's name. */
  readonly tail: string;
}

/** What is refused is recorded, too, so this does not throw. */
export function refusalOf(passage: IdentifiedPassage, gate: Gate): ProxyError | null {
  try {
    identify(passage, gate);
    checkKey(passage);
    return null;
  } catch (error) {
    if (error instanceof ProxyError) return error;
    throw error;
  }
}

function checkKey({ admission, request, tail, provider, route: { model } }: IdentifiedPassage): void {
  const { known } = admission;
  if (known === null) return;
  const { name } = provider;
  const permitted = model
    ? keyPermits(known, { requestedModel: model, provider: name, model })
    : permitsUnseen(known, name);
  keepToOwnStore(admission, () => namesStored(request.method ?? 'GET', tail));
  if (!permitted) throw mayNotAsk(known.record, model ? `"${model}"` : `whatever "${name}" serves, unseen`);
}
