// Starts the three simulated providers together.
import { startSimulatedAnthropic } from './simulated-anthropic.ts';
import { startSimulatedGoogle } from './simulated-google.ts';
import { startSimulatedOpenAi } from './simulated-openai.ts';
import type { SimulationOptions } from './simulated-server.ts';

export interface SimulatedProviders {
  /** Base URLs as each provider's own SDK takes them. */
  baseUrls: { openai: string; anthropic: string; google: string };
  /** Requests that reached them so far. */
  served(): number;
  close(): Promise<void>;
}

export async function startSimulatedProviders(options: SimulationOptions): Promise<SimulatedProviders> {
  const [openai, anthropic, google] = await Promise.all([
    startSimulatedOpenAi(options),
    startSimulatedAnthropic(options),
    startSimulatedGoogle(options),
  ]);
  const all = [openai, anthropic, google];
  return {
    baseUrls: { openai: `${openai.url}/v1`, anthropic: anthropic.url, google: google.url },
    served: () => all.reduce((sum, server) => sum + server.served(), 0),
    close: async () => {
      await Promise.all(all.map((server) => server.close()));
    },
  };
}
