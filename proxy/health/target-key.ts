// The name under which health is kept: one string for provider, model, credential and region together, because each of
// the four fails alone.

export interface TargetName {
  provider: string;
  model: string;
  /** Name or hash of the credential, never the credential itself. */
  credential: string;
  region: string;
}

/** Two different targets never share a key, whatever characters their names contain. */
export function targetKey({ provider, model, credential, region }: TargetName): string {
  return [provider, model, credential, region].map(escaped).join('|');
}

export function readTargetKey(key: string): TargetName {
  const [provider = '', model = '', credential = '', region = ''] = key.split('|').map(decodeURIComponent);
  return { provider, model, credential, region };
}

const escaped = (part: string): string => part.replace(/[%|]/g, (character) => (character === '%' ? '%25' : '%7C'));
