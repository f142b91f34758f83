// The same call in its two ways: straight to the provider with the configured key, and through the proxy.
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { DialectName } from '../../contract/words.ts';
import { joinPath, parseAddress } from '../../proxy/upstream/address.ts';
import { chooseCredential } from '../../proxy/upstream/credential.ts';
import { UsageProblem } from '../command.ts';
import type { CallOptions } from './options.ts';

export type SideName = 'direct' | 'proxied';

export interface Side {
  name: SideName;
  url: string;
  /** Flat [name, value, …]. */
  headers: string[];
  body: string;
}

export interface Pair {
  provider: ResolvedProvider;
  model: string;
  /** In which both are answered. */
  dialect: DialectName;
  sides: readonly [Side, Side];
}

/** Both sides ask in the provider's own format, so that the proxy passes bytes and translates nothing. */
const ways = {
  openai: { dialect: 'openai-chat', path: '/v1/chat/completions' },
  anthropic: { dialect: 'anthropic-messages', path: '/v1/messages' },
} as const;

export function pairFor(options: CallOptions, providers: readonly ResolvedProvider[], proxyUrl: string): Pair {
  const { provider, model } = chosen(options, providers);
  const way = provider.dialect === 'openai' || provider.dialect === 'anthropic' ? ways[provider.dialect] : null;
  if (!way)
    throw new UsageProblem(
      `Provider "${provider.name}" speaks ${provider.dialect}; compare knows openai and anthropic.`,
    );
  if (provider.apiKey === null && provider.keyHeader !== 'none' && !provider.selfHosted)
    throw new UsageProblem(
      `There is no key for provider "${provider.name}": set apiKey of providers.${provider.name}.`,
    );
  const { origin, prefix } = parseAddress(provider.baseUrl);
  const key = chooseCredential(provider, '').headers;
  const common = ['content-type', 'application/json', 'accept-encoding', 'identity', ...key];
  if (provider.dialect === 'anthropic') common.push('anthropic-version', '2023-06-01');
  const path = provider.dialect === 'openai' ? way.path.slice('/v1'.length) : way.path;
  return {
    ...{ provider, model, dialect: way.dialect },
    sides: [
      {
        name: 'direct',
        url: origin + joinPath(prefix, path),
        headers: [...common, ...Object.entries(provider.headers).flat()],
        body: bodyOf(options, provider.dialect, model),
      },
      {
        name: 'proxied',
        url: proxyUrl + way.path,
        headers: [...common, 'x-sightline-task', 'compare', 'x-sightline-app', 'sightline-compare'],
        body: bodyOf(options, provider.dialect, `${provider.name}/${model}`),
      },
    ],
  };
}

function chosen({ provider: named, model }: CallOptions, providers: readonly ResolvedProvider[]) {
  const slash = model.indexOf('/');
  const find = (name: string): ResolvedProvider | undefined => providers.find((one) => one.name === name);
  const leading = slash > 0 ? find(model.slice(0, slash)) : undefined;
  if (named === null && leading) return { provider: leading, model: model.slice(slash + 1) };
  const declared = providers.filter(({ declared: by }) => by !== 'catalogue');
  const provider = named === null ? (declared.length === 1 ? declared[0] : undefined) : find(named);
  if (provider) return { provider, model };
  const names = (named === null ? declared : providers).map(({ name }) => name).join(', ') || 'there are none';
  throw new UsageProblem(
    named === null ? `Whose model? Give --provider (${names}).` : `There is no provider "${named}" (${names}).`,
  );
}

function bodyOf({ prompt, stream, maxTokens }: CallOptions, dialect: string, model: string): string {
  const messages = [{ role: 'user', content: prompt }];
  if (dialect === 'anthropic')
    return JSON.stringify({ model, max_tokens: maxTokens, messages, ...(stream && { stream }) });
  const usage = stream ? { stream, stream_options: { include_usage: true } } : {};
  return JSON.stringify({ model, max_completion_tokens: maxTokens, messages, ...usage });
}
