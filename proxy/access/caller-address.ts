// Where a call comes from. What a client says of itself counts for nothing: X-Forwarded-For is read only where the connection
// comes from a reverse proxy that the operator named, and there from the right, since everything to the left was only passed on.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { type NetworkRule, networkRule, plainAddress } from '../../configuration/keys/networks.ts';

/** '' where nobody can tell: it is in no network. `trusted` null: no reverse proxy is named. */
export function callerAddress(request: IncomingMessage, trusted: NetworkRule | null): string {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  if (!trusted?.(peer)) return peer;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  if (forwarded.trim() === '') return peer;
  const hops = forwarded.split(',').map(addressOf);
  for (const hop of hops.reverse()) if (hop === '' || !trusted(hop)) return hop;
  return hops.at(-1) ?? '';
}

/** Some write the port along: 192.0.2.1:4711, [2001:db8::1]:4711. */
function addressOf(hop: string): string {
  const text = hop.trim().replace(/^"|"$/g, '');
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;
  const plain = plainAddress(bare);
  return isIP(plain) === 0 ? '' : plain;
}

/** Decides whether a call comes from where the configured keys are open to. */
export function openRule(
  openTo: readonly string[],
  trusted: NetworkRule | null,
): (request: IncomingMessage) => boolean {
  const rule = networkRule(openTo);
  const forLoopback = openTo.includes('loopback') && trusted === null;
  return (request) => {
    // The usual case, at the price of a comparison.
    if (forLoopback && loopbacks.has(request.socket.remoteAddress ?? '')) return true;
    return rule(callerAddress(request, trusted));
  };
}

const loopbacks = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
