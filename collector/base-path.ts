// The path under which browsers see the collector. Routes are registered once, without it: a configured base path is
// cut off each URL (a reverse proxy may cut it off itself, so both arrive well), a trusted X-Forwarded-Prefix replaces it.
import type { IncomingHttpHeaders } from 'node:http';

const wellFormed = /^(\/[\w.~-]+)*$/;

export interface BasePathRule {
  /** The URL without the base path. */
  strip(url: string): string;
  /** The base path as the browser sees it: '' or '/a/b', never with a slash at the end. */
  prefixOf(headers: IncomingHttpHeaders): string;
}

export function createBasePathRule(options: { basePath: string; trustForwardedPrefix: boolean }): BasePathRule {
  const { basePath, trustForwardedPrefix } = options;
  return {
    strip(url) {
      if (basePath === '' || !url.startsWith(basePath)) return url;
      const rest = url.slice(basePath.length);
      if (rest === '' || rest.startsWith('?')) return `/${rest}`;
      return rest.startsWith('/') ? rest : url;
    },
    prefixOf(headers) {
      if (!trustForwardedPrefix) return basePath;
      const forwarded =
        String(headers['x-forwarded-prefix'] ?? '')
          .split(',', 1)[0]
          ?.trim()
          .replace(/\/+$/, '') ?? '';
      return forwarded !== '' && wellFormed.test(forwarded) ? forwarded : basePath;
    },
  };
}
