// Which Host names are answered where no access key protects the data. A page of another site can point a name of its
// own at 127.0.0.1 (DNS rebinding) and would then count as "same origin"; it cannot make the browser send our names.
import { isIP } from 'node:net';

/** The host of a Host header or a URL's authority, lower case, without port, brackets or a closing dot. */
export function hostName(authority: string | undefined): string {
  const text = (authority ?? '').trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\]/.exec(text)?.[1];
  return bracketed ?? text.replace(/:\d*$/, '').replace(/\.$/, '');
}

/** True for an address or name that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * True when nobody outside can own this name: an address, a name without a dot (Docker's, the machine's own) or one
 * under a suffix that is never delegated (RFC 6761, RFC 6762, ICANN's .internal, RFC 8375).
 */
export function isPrivateName(host: string): boolean {
  if (isIP(host) !== 0 || isLoopback(host)) return true;
  return /^[a-z0-9_-]+$/.test(host) || /\.(local|internal|home\.arpa)$/.test(host);
}

/** Decides for a listener on `bound` with the operator's own `names`. */
export function createHostRule(bound: string, names: string[]): (hostHeader: string | undefined) => boolean {
  const known = new Set(names.map((name) => hostName(name)));
  const admits = isLoopback(hostName(bound)) ? isLoopback : isPrivateName;
  return (hostHeader) => {
    const host = hostName(hostHeader);
    return known.has(host) || admits(host);
  };
}
