// In which wire formats the providers of a family can be asked for conversations.
import type { ProviderDialect } from '../contract/configuration.ts';
import type { DialectName } from '../contract/words.ts';
import type { ProviderQuirks } from './provider.ts';

/** What each family serves to clients that speak it, its own format first. */
export const servedFormats: Record<ProviderDialect, readonly DialectName[]> = {
  openai: ['openai-chat', 'openai-responses'],
  azure: ['openai-chat', 'openai-responses'],
  anthropic: ['anthropic-messages'],
  gemini: ['gemini'],
  vertex: ['gemini', 'anthropic-messages'],
  cohere: ['cohere'],
  bedrock: ['bedrock-converse', 'anthropic-messages'],
  ollama: ['ollama-chat', 'openai-chat'],
};

/** What it serves for some of its models only, or since lately: an operator who knows may choose it with `speaks`. */
const onRequest: Partial<Record<ProviderDialect, readonly DialectName[]>> = {
  bedrock: ['openai-chat', 'openai-responses'],
  ollama: ['openai-responses'],
};

/** All that `speaks` may say for this provider. */
export function speakableFormats(family: ProviderDialect, { alsoServes }: ProviderQuirks): DialectName[] {
  const formats = [...servedFormats[family], ...(onRequest[family] ?? [])];
  if (alsoServes?.openai !== undefined) formats.push('openai-chat');
  if (alsoServes?.anthropic !== undefined) formats.push('anthropic-messages');
  return [...new Set(formats)];
}
