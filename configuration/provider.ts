// A provider as this process will use it: a row of the catalogue, what the file says, and what the environment adds.
import type { KeyHeader, ProviderQuirks } from '../catalog/provider.ts';
import type { ProviderDialect } from '../contract/configuration.ts';
import type { DialectName } from '../contract/words.ts';
import type { ApiKey } from './api-key.ts';

/** What signs a request to Amazon. Never print it. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Whoever Google knows by this key. Never print it. */
export interface ServiceAccount {
  email: string;
  /** PEM. */
  privateKey: string;
  /** '' where the file names none. */
  privateKeyId: string;
  /** Where a signed assertion is exchanged for an access token. */
  tokenUri: string;
}

export interface VaultUse {
  /** No other configured key is used. */
  only: boolean;
  /** Whose key wins while the vault has one. */
  clientKeys: 'prefer' | 'ignore';
  /** Why the vault gives no key although it should, as sentences; '' when nothing is wrong. */
  trouble: string;
}

export interface ResolvedProvider {
  name: string;
  dialect: ProviderDialect;
  /** As the provider's own SDK takes it, without a slash at the end. */
  baseUrl: string;
  /** The configured key; null when only the client's own key is used. */
  apiKey: ApiKey | null;
  /** All configured keys, the first one being apiKey; they are used in turn. */
  apiKeys: readonly ApiKey[];
  /** What keys from the vault would mean here; null where the file has keys of its own, beside which none is used. */
  vault: VaultUse | null;
  /** `prefer`: the client's own key wins where it sends one; `ignore`: the configured key is always used. */
  clientKeys: 'prefer' | 'ignore';
  keyHeader: KeyHeader;
  /** Added to every request, references resolved. */
  headers: Record<string, string>;
  region: string;
  /** The Google Cloud project; '' elsewhere or when unknown. */
  project: string;
  /** Null where nothing has to be signed. */
  aws: AwsCredentials | null;
  /** Null where no access token has to be fetched. */
  serviceAccount: ServiceAccount | null;
  /** The wire format that the operator chose for it; null: the client's own where it serves that. */
  speaks: DialectName | null;
  selfHosted: boolean;
  /** What it keeps of a call; null: nobody has said. */
  retention: 'none' | 'any' | null;
  /** Id in the price book; a provider without published prices has its own name here, for the overlay. */
  priceProvider: string;
  /** OpenTelemetry's gen_ai.provider.name. */
  telemetryName: string;
  quirks: ProviderQuirks;
  /** Who said that it exists: the configuration, an environment variable, or the catalogue alone. */
  declared: 'file' | 'environment' | 'catalogue';
}
