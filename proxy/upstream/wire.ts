// In which format a provider is asked: the client's own where it serves that, so that the bytes can pass as they are, else
// the one it speaks best.
import { servedFormats } from '../../catalog/wire-formats.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { ProviderDialect } from '../../contract/configuration.ts';
import type { DialectName, Operation } from '../../contract/words.ts';

const embeddings: Record<ProviderDialect, DialectName | null> = {
  openai: 'openai-embeddings',
  azure: 'openai-embeddings',
  anthropic: null,
  gemini: 'gemini',
  vertex: 'gemini',
  cohere: 'cohere',
  bedrock: null,
  ollama: 'openai-embeddings',
};

export interface WireQuestion {
  provider: Pick<ResolvedProvider, 'dialect' | 'quirks' | 'speaks'>;
  /** Of the client. */
  dialect: DialectName;
  operation: Operation;
  model: string;
}

/** Null: this provider has nothing that could answer this operation. */
export function wireOf({ provider, dialect, operation, model }: WireQuestion): DialectName | null {
  if (operation === 'embeddings') return dialect === 'gemini' ? same(provider, 'gemini') : embeddings[provider.dialect];
  if (operation !== 'chat') return same(provider, dialect);
  if (provider.speaks !== null) return provider.speaks;
  if (provider.dialect === 'vertex') return isClaude(model) ? 'anthropic-messages' : 'gemini';
  if (serves(provider, dialect, model)) return dialect;
  return servedFormats[provider.dialect][0] ?? null;
}

function serves({ dialect: family, quirks }: WireQuestion['provider'], dialect: DialectName, model: string): boolean {
  if (dialect === 'openai-responses' && quirks.lacksResponses) return false;
  // Bedrock takes Anthropic's own body for Anthropic's models alone.
  if (family === 'bedrock' && dialect === 'anthropic-messages') return /(?:^|[./])anthropic\./.test(model);
  if (servedFormats[family].includes(dialect)) return true;
  return dialect === 'anthropic-messages' && quirks.alsoServes?.anthropic !== undefined;
}

/** As Vertex AI calls them: claude-sonnet-4-5@20250929. */
const isClaude = (model: string): boolean => /^(?:publishers\/anthropic\/models\/)?claude-/.test(model);

/** Lists of models, token counts and the older completions have no neutral form: they go to whoever speaks the same. */
function same({ dialect: family }: WireQuestion['provider'], dialect: DialectName): DialectName | null {
  return servedFormats[family].includes(dialect) || embeddings[family] === dialect ? dialect : null;
}
