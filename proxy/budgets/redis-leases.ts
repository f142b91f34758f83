// Leases out of Redis, by script. A counter that Redis does not know is not granted from: what was spent of it is fetched from
// the collector first, or a Redis that was started anew would give every budget out a second time.
import type { CounterSeed, LeaseAnswer, LeaseClaim, LeaseRequest } from '../../contract/access/lease.ts';
import { leaseKeys, leaseScript, seedScript } from '../shared/lease-script.ts';
import type { RedisCommands } from '../shared/redis-commands.ts';
import type { LeaseSource } from './lease-source.ts';

export interface RedisLeasesOptions {
  redis: Pick<RedisCommands, 'run'>;
  /** Null: not to be had now. */
  seeds(request: LeaseRequest): Promise<CounterSeed[] | null>;
  /** Epoch milliseconds. */
  clock: () => number;
}

export const leaseTiming = { leaseMs: 10_000, settleMs: 2_500, headroomShare: 4, scarceMs: 3_000 } as const;
/** Calls that began in a period may end long after it. */
const keptAfterEndMs = 3_600_000;
/** The collector hears what is spent in the same breath, and warns by it. */
const reseedEveryMs = 5_000;

/** How a counter stands, as the script says it. */
const standing = { settling: 1, unseeded: 2, scarce: 3 } as const;

export function createRedisLeases({ redis, seeds, clock }: RedisLeasesOptions): LeaseSource {
  const seededAt = new Map<string, number>();

  async function ask({ boot, claims }: LeaseRequest): Promise<number[] | null> {
    const { leaseMs, settleMs, headroomShare, scarceMs } = leaseTiming;
    const keys = [leaseKeys.era, leaseKeys.alive, ...claims.map(({ counter }) => leaseKeys.counter(counter))];
    const values = [
      boot,
      leaseMs,
      settleMs,
      headroomShare,
      '',
      scarceMs,
      ...claims.flatMap((claim) => valuesOf(claim, clock())),
    ];
    return (await redis.run(leaseScript, keys, values.map(String))) as number[] | null;
  }

  /** False: the collector does not know either, or does not answer. */
  async function reseed(request: LeaseRequest): Promise<boolean> {
    const now = clock();
    const found = await seeds(request);
    if (!found) return false;
    for (const seed of found) {
      const claim = request.claims.find(({ counter }) => counter === seed.counter);
      const keptMs = (claim?.endsAt ?? now) - now + keptAfterEndMs;
      const boots = seed.boots.flatMap(({ boot, beforeNanos, recordedNanos }) => [boot, beforeNanos, recordedNanos]);
      const done = await redis.run(
        seedScript,
        [leaseKeys.counter(seed.counter)],
        [seed.version, keptMs, ...boots].map(String),
      );
      if (done === null) return false;
    }
    return true;
  }

  /** In the background. */
  function reseedSoon(request: LeaseRequest): void {
    const now = clock();
    const claims = request.claims.filter(({ counter }) => now - (seededAt.get(counter) ?? 0) > reseedEveryMs);
    if (claims.length === 0) return;
    for (const { counter } of claims) seededAt.set(counter, now);
    for (const [counter, at] of seededAt) if (now - at > 4 * reseedEveryMs) seededAt.delete(counter);
    void reseed({ ...request, claims });
  }

  return {
    async exchange(request) {
      let answer = await ask(request);
      if (!answer) return null;
      const unseeded = new Set(request.claims.filter((_, place) => answer?.[4 + place * 4] === standing.unseeded));
      if (unseeded.size > 0 && (await reseed({ ...request, claims: [...unseeded] }))) answer = await ask(request);
      const isRenewal = request.claims.every(({ needsNanos }) => needsNanos.length === 0);
      if (isRenewal) reseedSoon(request);
      return answer && answerOf(answer, request);
    },
  };
}

/** One claim as leaseScript takes it. */
export const valuesOf = (claim: LeaseClaim, now: number): (number | string)[] => [
  ...[claim.limitNanos, claim.settledNanos, claim.holdsNanos, claim.keepNanos, claim.wantNanos],
  ...[claim.needsNanos.join(), claim.sinceMs, Math.max(0, claim.endsAt - now) + keptAfterEndMs],
];

const isSettling = (state: number): boolean => state === standing.settling || state === standing.unseeded;

/** What leaseScript answered. */
export function answerOf([sharers = 1, ...numbers]: number[], { claims }: LeaseRequest): LeaseAnswer {
  const grants = claims.map(({ counter }, place) => {
    const [grantedNanos = 0, settledNanos = 0, leasedNanos = 0, state = 0] = numbers.slice(place * 4, place * 4 + 4);
    return {
      counter,
      grantedNanos,
      settledNanos,
      leasedNanos,
      settling: isSettling(state),
      scarce: state === standing.scarce,
    };
  });
  return { leaseMs: leaseTiming.leaseMs, sharers, grants };
}
