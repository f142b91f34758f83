// Who may call, and with whose keys. A Sightline key opens what is configured here; without one a call has what the operator
// left open, or its own provider's key. Whatever claims to be a Sightline key is one or is refused.
import type { IncomingMessage } from 'node:http';
import { isWholeKey } from '../../configuration/keys/key-text.ts';
import { networkRule } from '../../configuration/keys/networks.ts';
import type { AccessConfiguration } from '../../contract/access/access-configuration.ts';
import { ProxyError } from '../errors.ts';
import type { AccessWatch } from './access-watch.ts';
import { broughtKey } from './brought-key.ts';
import { callerAddress, openRule } from './caller-address.ts';
import type { TakenKey } from './key-in-request.ts';
import { createKeyIndex, type KnownKey } from './key-index.ts';
import * as refusals from './refusals.ts';

export interface Admission {
  /** The Sightline key that it came with; null: none. */
  known: KnownKey | null;
  /** What is configured here may be used for it: keys, service accounts, models of one's own. */
  ours: boolean;
  /** A provider's key that the client brought may be used. */
  theirs: boolean;
  /** What the provider stores under our key may be another tenant's. */
  sharesStore: boolean;
}

/** Before anybody has looked: nothing is open. */
export const nobodyYet: Admission = Object.freeze({ known: null, ours: false, theirs: false, sharesStore: false });

export interface Gate {
  /** `taken` has been taken out of the request already. Throws a ProxyError that says why not. */
  admit(request: IncomingMessage, taken: TakenKey, now: number): Admission;
}

export interface GateParts {
  access: AccessWatch;
  configuration: AccessConfiguration;
  /** Under which keys are hashed; null: no key can be known here. */
  pepper: Buffer | null;
  /** Told of every key that was refused: why, and whose it was where that is known. */
  onRefused(reason: string, key: KnownKey | null, now: number): void;
}

export function createGate({ access, configuration, pepper, onRefused }: GateParts): Gate {
  const secret = pepper ?? Buffer.alloc(0);
  const trusted = configuration.trustedProxies.length > 0 ? networkRule(configuration.trustedProxies) : null;
  const isOpenTo = openRule(configuration.openTo, trusted);
  const allowsTheirs = configuration.clientKeys === 'allow';
  const apart = configuration.stored === 'one-tenant';
  const open: Admission = Object.freeze({ ...nobodyYet, ours: true, theirs: allowsTheirs });
  const theirsAlone: Admission = Object.freeze({ ...nobodyYet, theirs: true });
  let index = createKeyIndex(access.current().keys, secret);
  access.onChange(({ keys }) => {
    index = createKeyIndex(keys, secret);
  });

  function withoutKey(request: IncomingMessage, search: string): Admission {
    const closed = configuration.keys === 'required' || index.size > 0;
    if (!closed && isOpenTo(request)) return open;
    const brings = broughtKey(request, search) !== '';
    if (brings && allowsTheirs) return theirsAlone;
    throw closed ? refusals.keyRequired(brings) : refusals.notOpenTo(callerAddress(request, trusted));
  }

  function knownBy(key: string): KnownKey {
    if (!isWholeKey(key)) throw refusals.keyBroken();
    if (!access.known() || pepper === null) throw refusals.keysUnknown();
    const known = index.find(key);
    if (!known) throw refusals.keyStrange();
    return known;
  }

  function withKey(known: KnownKey, request: IncomingMessage, now: number): Admission {
    const { record, fromNetwork } = known;
    if (record.revokedAt !== null) throw refusals.keyRevoked(record);
    if (record.expiresAt !== null && record.expiresAt <= now) throw refusals.keyExpired(record);
    if (fromNetwork) {
      const address = callerAddress(request, trusted);
      if (!fromNetwork(address)) throw refusals.notFromThere(record, address);
    }
    return { known, ours: true, theirs: true, sharesStore: apart && index.tenants > 1 };
  }

  return {
    admit(request, { keys: [key, another], search }, now) {
      if (key === undefined) return withoutKey(request, search);
      let known: KnownKey | null = null;
      try {
        if (another !== undefined) throw refusals.severalKeys();
        known = knownBy(key);
        return withKey(known, request, now);
      } catch (error) {
        if (error instanceof ProxyError) onRefused(error.code, known, now);
        throw error;
      }
    },
  };
}
