// Chooses who answers: the provider that speaks the dialect which was called.
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Directory } from '../upstream/directory.ts';

export function decide(exchange: Exchange, directory: Directory): void {
  const { family, tail } = exchange.route;
  const provider = directory.forFamily(family);
  if (!provider) {
    throw new ProxyError(
      'SIGHTLINE_PROVIDER_MISSING',
      `No configured provider speaks the ${family} dialect of ${tail}. ` +
        `Add one under "providers", or call one of ${
          directory
            .names()
            .map((name) => `/${name}/…`)
            .join(', ') || 'none yet'
        }.`,
    );
  }
  exchange.provider = provider;
  exchange.span.decided(provider);
}
