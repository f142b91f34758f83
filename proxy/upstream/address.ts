// Where a request to a provider goes: the base URL as the provider's own SDK takes it, joined with what the client asked.

export interface Address {
  origin: string;
  /** Path prefix without a slash at the end; often /v1. */
  prefix: string;
  host: string;
}

export function parseAddress(baseUrl: string): Address {
  const url = new URL(baseUrl);
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, ''), host: url.host };
}

/**
 * Joins a base path and a path that begins with a slash. SDKs disagree on whether the version belongs to the base URL, so
 * a version that stands at the end of one and at the start of the other is written once: /v1 + /v1/models is /v1/models.
 */
export function joinPath(prefix: string, tail: string): string {
  const version = /\/v\d+(?:alpha|beta)?\d*$/.exec(prefix)?.[0];
  if (version && (tail === version || tail.startsWith(`${version}/`))) return prefix + tail.slice(version.length);
  return prefix + tail;
}
