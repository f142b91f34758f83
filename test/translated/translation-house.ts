// The whole proxy with every provider of the recorded suites behind it, all of them at the address of one upstream.
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { askedProviders, openAi, responsesSpeakers } from './asked-providers.ts';

export function openTranslationHouse(upstreamUrl: string): Promise<ProxyHouse> {
  const sections = [openAi, ...responsesSpeakers, ...askedProviders].map(({ name, section }) => [
    name,
    section(upstreamUrl),
  ]);
  return openHouse({ configuration: { providers: Object.fromEntries(sections) } });
}
