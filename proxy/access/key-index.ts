// The keys that are known, found by their digest. Made anew when the access document changes, so a revoked key is dead from
// that moment: nothing remembers that it was once good.
import { keyDigest, sameDigest } from '../../configuration/keys/key-digest.ts';
import { type NetworkRule, networkRule } from '../../configuration/keys/networks.ts';
import type { KeyRecord } from '../../contract/access/key.ts';
import { compilePatterns, type Matcher } from '../../routing/pattern.ts';

export interface KnownKey {
  record: KeyRecord;
  /** Null: it may come from anywhere. */
  fromNetwork: NetworkRule | null;
  /** Null: it may ask for any. */
  models: Matcher | null;
  providers: Matcher | null;
}

export interface KeyIndex {
  /** How many there are, the dead ones included. */
  readonly size: number;
  /** Of how many tenants. */
  readonly tenants: number;
  find(key: string): KnownKey | null;
}

export function createKeyIndex(records: readonly KeyRecord[], pepper: Buffer): KeyIndex {
  const byDigest = new Map(records.map((record) => [record.digest, known(record)]));
  return {
    size: records.length,
    tenants: new Set(records.map(({ tenant }) => tenant)).size,
    find(key) {
      // The whole key is hashed, each time: nothing shorter stands for it. The look-up leaks no more than a digest that
      // nobody can compute without the pepper; the last word has a comparison in constant time.
      const digest = keyDigest(key, pepper);
      const found = byDigest.get(digest);
      return found && sameDigest(digest, found.record.digest) ? found : null;
    },
  };
}

function known(record: KeyRecord): KnownKey {
  const { networks, models, providers } = record;
  return {
    record,
    fromNetwork: networks.length > 0 ? networkRule(networks) : null,
    models: models.length > 0 ? compilePatterns(models) : null,
    providers: providers.length > 0 ? compilePatterns(providers) : null,
  };
}
