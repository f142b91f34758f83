// A provider as this process will use it: a row of the catalogue, what the file says, and what the environment adds.
import type { KeyHeader, ProviderQuirks } from '../catalog/provider.ts';
import type { ProviderDialect } from '../contract/configuration.ts';

export interface ResolvedProvider {
  name: string;
  dialect: ProviderDialect;
  /** As the provider's own SDK takes it, without a slash at the end. */
  baseUrl: string;
  /** The configured key in clear; null when only the client's own key is used. Never print it. */
  apiKey: string | null;
  /** `prefer`: the client's own key wins where it sends one; `ignore`: the configured key is always used. */
  clientKeys: 'prefer' | 'ignore';
  keyHeader: KeyHeader;
  /** Added to every request, references resolved. */
  headers: Record<string, string>;
  region: string;
  selfHosted: boolean;
  /** Id in the price book; a provider without published prices has its own name here, for the overlay. */
  priceProvider: string;
  /** OpenTelemetry's gen_ai.provider.name. */
  telemetryName: string;
  quirks: ProviderQuirks;
  /** Who said that it exists: the configuration, an environment variable, or the catalogue alone. */
  declared: 'file' | 'environment' | 'catalogue';
}
