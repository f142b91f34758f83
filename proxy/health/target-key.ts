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
  return `${escaped(provider)}|${escaped(model)}|${escaped(credential)}|${escaped(region)}`;
}

export function readTargetKey(key: string): TargetName {
  const [provider = '', model = '', credential = '', region = ''] = key.split('|').map(decodeURIComponent);
  return { provider, model, credential, region };
}

const special = /[%|]/;
/** Hardly any name has one, and this is asked several times a call. */
const escaped = (part: string): string =>
  special.test(part) ? part.replaceAll('%', '%25').replaceAll('|', '%7C') : part;
