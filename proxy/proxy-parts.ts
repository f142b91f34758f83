// What a proxy is made of that comes from outside: the configuration, what writes records, what it shares with others.
import type { PublishedBook } from '../catalog/published-book.ts';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { PriceOverlay } from '../contract/prices.ts';
import type { AccessWatch } from './access/access-watch.ts';
import type { BatchClock } from './batch/await-batch.ts';
import type { RedisChannel } from './shared/redis-channel.ts';
import type { RedisCommands } from './shared/redis-commands.ts';
import type { Recorder } from './tap/recorder.ts';
import type { Telemetry } from './telemetry/spans.ts';
import type { KeyRing } from './vault/key-ring.ts';

export interface ProxyParts {
  configuration: Configuration;
  providers: ResolvedProvider[];
  /** Price rows of the operator's own; left out: none. */
  priceOverlay?: PriceOverlay | null;
  priceBook?: PublishedBook | null;
  recorder: Recorder;
  /** Under which sessions and users are hashed for draws; the same in all proxies that should draw alike. */
  unitKey?: string;
  telemetry: Telemetry;
  /** Keys, budgets and secrets as the collector has them; left out: there are none. The caller stops it. */
  access?: AccessWatch;
  /** Under which Sightline keys are hashed; left out: none can be known here. */
  pepper?: Buffer | null;
  /** Master keys of the vault, read already; left out: none is known. */
  keyRing?: KeyRing;
  onProblem?(message: string): void;
  /** To other proxies; left out: this one is right alone. The caller closes it. */
  channel?: RedisChannel | null;
  /** What proxies count together; left out: this one counts alone. The caller closes it. */
  redis?: RedisCommands | null;
  /** How batches are waited for; left out: as time passes. */
  batchClock?: BatchClock;
  version: string;
  /** Prometheus text of the whole proxy; with several workers the primary process knows it. */
  metrics?: () => Promise<string>;
}
