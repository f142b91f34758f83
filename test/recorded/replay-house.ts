// The whole proxy in front of the replaying provider, and the records that it has delivered.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { ways } from './ways.ts';

/** Every provider at the address of the replay; `asDefault` is the one that serves OpenAI's model routes. */
export function openReplayHouse(upstreamUrl: string, asDefault?: string): Promise<ProxyHouse> {
  const names = new Set(ways.map((way) => way.configured));
  const at = (name: string) => ({ baseUrl: name === 'openai' ? `${upstreamUrl}/v1` : upstreamUrl, apiKey: 'sk-house' });
  const providers = Object.fromEntries([...names].map((name) => [name, at(name)]));
  return openHouse({ configuration: { providers, ...(asDefault && { defaults: { openai: asDefault } }) } });
}

const patienceMs = 30_000;

/** The records of these exchanges by their id, once all of them have been delivered; those that never come are missing. */
export async function deliveredRecords(house: ProxyHouse, ids: Iterable<string>): Promise<Map<string, ExchangeRecord>> {
  const wanted = new Set(ids);
  const found = new Map<string, ExchangeRecord>();
  let looked = 0;
  const until = performance.now() + patienceMs;
  while (found.size < wanted.size && performance.now() < until) {
    for (const record of house.sink.records.slice(looked)) if (wanted.has(record.id)) found.set(record.id, record);
    looked = house.sink.records.length;
    if (found.size < wanted.size) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return found;
}
