// Addresses and networks as operators write them: 10.0.0.0/8, fd00::/8, 192.168.1.7, and "loopback" for this machine.
import { BlockList, isIP } from 'node:net';

/** Decides whether an address is in one of some networks. */
export type NetworkRule = (address: string) => boolean;

const loopback = ['127.0.0.0/8', '::1/128'];

/** What is wrong with a network as written, as the end of a sentence; null when nothing is. */
export function networkProblem(written: string): string | null {
  return parse(written) === null ? `"${written}" is no network such as 10.0.0.0/8, fd00::/8 or 192.168.1.7` : null;
}

/** Networks that nobody can read let nobody in. */
export function networkRule(networks: readonly string[]): NetworkRule {
  const list = new BlockList();
  for (const written of networks.flatMap((one) => (one === 'loopback' ? loopback : [one]))) {
    const network = parse(written);
    if (network) list.addSubnet(network.address, network.bits, network.family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  };
}

/** Without a zone (fe80::1%eth0), and an IPv4 address that came in through an IPv6 socket as itself. */
export function plainAddress(address: string): string {
  const zoneless = address.split('%', 1)[0] ?? '';
  const mapped = /^::ffff:(?:0:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(zoneless)?.[1];
  return mapped ?? mappedInHex(zoneless) ?? zoneless;
}

/** ::ffff:7f00:1 is 127.0.0.1, too. */
function mappedInHex(address: string): string | null {
  const [, high, low] = /^(?:::|0{1,4}(?::0{1,4}){4}:)ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address) ?? [];
  if (high === undefined || low === undefined) return null;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}

interface Network {
  address: string;
  bits: number;
  family: 'ipv4' | 'ipv6';
}

function parse(written: string): Network | null {
  if (written === 'loopback') return { address: '127.0.0.0', bits: 8, family: 'ipv4' };
  const [, text = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(written.trim()) ?? [];
  const version = isIP(text);
  if (version === 0 || text.includes('%')) return null;
  const most = version === 6 ? 128 : 32;
  const bits = length === undefined ? most : Number(length);
  if (bits > most) return null;
  return { address: text, bits, family: version === 6 ? 'ipv6' : 'ipv4' };
}
