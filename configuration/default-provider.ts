// Who serves /v1/… when the path names no provider: one answer per family of wire formats.
import type { Configuration } from '../contract/configuration.ts';
import type { ResolvedProvider } from './provider.ts';

export type Family = 'openai' | 'anthropic' | 'gemini' | 'cohere';

/** The provider each family is named after. */
const namesakes: Record<Family, string> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  cohere: 'cohere',
};

/** What `defaults` says, else the family's namesake, else the first provider of that dialect, else null. */
export function defaultProvider(
  providers: readonly ResolvedProvider[],
  configuration: Pick<Configuration, 'defaults'>,
  family: Family,
): ResolvedProvider | null {
  const wanted = configuration.defaults[family];
  if (wanted !== undefined) return providers.find(({ name }) => name === wanted) ?? null;
  return (
    providers.find(({ name, dialect }) => name === namesakes[family] && dialect === family) ??
    providers.find(({ dialect }) => dialect === family) ??
    null
  );
}
