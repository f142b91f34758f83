// What a key may ask for: patterns on the name that was asked for, on the model, and on `provider/model`.
import type { KnownKey } from './key-index.ts';

export interface Asked {
  /** As the client said it; '' where nobody could read it. */
  requestedModel: string;
  provider: string;
  /** As the provider calls it. */
  model: string;
}

export function keyPermits({ models, providers }: Pick<KnownKey, 'models' | 'providers'>, asked: Asked): boolean {
  if (providers && !providers(asked.provider)) return false;
  if (!models) return true;
  // A provider might read a name that climbs (allowed/../other) as another than the one that fits.
  if (climbs.test(asked.requestedModel)) return false;
  return models(asked.requestedModel) || models(asked.model) || models(`${asked.provider}/${asked.model}`);
}

const climbs = /(?:^|\/)\.{1,2}(?:\/|$)/;

/** Where the body is not looked into: only who may ask for every model of a provider may ask for one that nobody knows. */
export function permitsUnseen({ models, providers, record }: KnownKey, provider: string): boolean {
  if (providers && !providers(provider)) return false;
  return !models || record.models.includes('*') || record.models.includes(`${provider}/*`);
}
