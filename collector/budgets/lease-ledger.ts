// Grants parts of budgets to proxies. What a proxy says and what ClickHouse recorded are totals, never increments, so hearing
// anything twice, late or in another order changes nothing. proxy/shared/lease-script.ts does the same inside Redis; one
// property test holds both.
import type { CounterSeed, LeaseAnswer, LeaseClaim, LeaseGrant, LeaseRequest } from '../../contract/access/lease.ts';

/** How long a grant holds; a proxy that died gives back after it. Proxies ask again every second. */
export const leaseMs = 10_000;
/** A ledger that has just begun waits this long for proxies to say what they hold before it gives out anything. */
export const settleMs = 2_500;
/** Headroom is at most this part of what is left, shared by all proxies. */
export const headroomShare = 4;
/** After a call found no room for what lay idle, nobody is given headroom for this long; it may ask again meanwhile. */
export const scarceMs = 3_000;

/** One boot's part of one counter. */
interface Part {
  said: number;
  recorded: number;
  before: number;
  since: number;
  holds: number;
  /** What it may have settled and held at most, and until when that was promised. */
  ceiling: number;
  expiresAt: number;
}

interface Counter {
  parts: Map<string, Part>;
  limitNanos: number;
  endsAt: number;
  seedVersion: number;
  scarceUntil: number;
  /** Until then somebody else may be granting it: nothing of it is given out here. */
  elsewhereUntil: number;
}

export interface CounterView {
  counter: string;
  settledNanos: number;
  leasedNanos: number;
}

export interface LeaseLedger {
  exchange(request: LeaseRequest): LeaseAnswer;
  /** What a proxy says that has its leases from elsewhere: noted for who looks, nothing is granted. */
  note(request: LeaseRequest): void;
  seed(seed: CounterSeed): void;
  /** Since when a boot counts a counter, as it said; null: it has not said anything of it. */
  boots(counter: string): { boot: string; sinceMs: number }[];
  view(counter: string): CounterView;
  counters(): string[];
}

export interface LedgerOptions {
  /** Milliseconds that only ever grow: leases must not depend on somebody setting the clock. */
  clock: () => number;
  /** Epoch milliseconds: when periods end. */
  wallClock: () => number;
  /** False until what ClickHouse knows of a counter has been read. */
  seeded?: (counter: string) => boolean;
}

export function createLeaseLedger({ clock, wallClock, seeded = () => true }: LedgerOptions): LeaseLedger {
  const counters = new Map<string, Counter>();
  const alive = new Map<string, number>();
  let era = { began: clock(), heard: clock() };

  function hear(boot: string, now: number): void {
    // Nobody has asked for as long as a lease lasts: others may have been asked instead meanwhile.
    if (now - era.heard > leaseMs) era = { began: now, heard: now };
    era.heard = now;
    alive.set(boot, now);
    for (const [one, heard] of alive) if (now - heard > leaseMs) alive.delete(one);
  }

  function counterFor({ counter: name, limitNanos, endsAt }: LeaseClaim): Counter {
    const known = counters.get(name);
    if (known) {
      Object.assign(known, { limitNanos, endsAt });
      return known;
    }
    const counter: Counter = {
      parts: new Map(),
      limitNanos,
      endsAt,
      seedVersion: -1,
      scarceUntil: never,
      elsewhereUntil: never,
    };
    counters.set(name, counter);
    return counter;
  }

  function forgetEnded(): void {
    const wall = wallClock();
    // Calls that began in a period may end long after it.
    for (const [name, { endsAt }] of counters) if (wall - endsAt > keptAfterEndMs) counters.delete(name);
  }

  return {
    exchange({ boot, claims }) {
      const now = clock();
      hear(boot, now);
      const begins = now - era.began < settleMs;
      const grants = claims.map((claim) => {
        const counter = counterFor(claim);
        const settling = begins || counter.elsewhereUntil > now || !seeded(claim.counter);
        return grantTo(counter, claim, { boot, now, settling, sharers: alive.size });
      });
      forgetEnded();
      return { leaseMs, sharers: alive.size, grants };
    },
    note({ boot, claims }) {
      const now = clock();
      for (const claim of claims) {
        const counter = counterFor(claim);
        counter.elsewhereUntil = now + leaseMs;
        const part = hearClaim(counter, claim, boot);
        part.ceiling = part.said + Math.max(claim.holdsNanos, claim.keepNanos);
        part.expiresAt = now + leaseMs;
      }
    },
    seed({ counter: name, version, endsAt, boots }) {
      const counter = counters.get(name) ?? counterFor({ ...emptyClaim, counter: name, endsAt });
      if (version < counter.seedVersion) return;
      counter.seedVersion = version;
      for (const { boot, beforeNanos, recordedNanos } of boots) {
        const part = partOf(counter, boot);
        part.before = beforeNanos;
        part.recorded = recordedNanos;
      }
    },
    boots: (name) =>
      [...(counters.get(name)?.parts ?? [])].map(([boot, { since }]) => ({ boot, sinceMs: Math.max(0, since) })),
    view: (name) => ({ counter: name, ...sums(counters.get(name)?.parts.values() ?? [], clock()) }),
    counters: () => [...counters.keys()],
  };
}

const never = Number.NEGATIVE_INFINITY;
const keptAfterEndMs = 3_600_000;
const emptyClaim: LeaseClaim = {
  ...{ counter: '', limitNanos: 0, settledNanos: 0, holdsNanos: 0, keepNanos: 0, wantNanos: 0, needsNanos: [] },
  ...{ sinceMs: 0, endsAt: 0 },
};

function partOf({ parts }: Counter, boot: string): Part {
  let part = parts.get(boot);
  if (!part) {
    part = { said: 0, recorded: 0, before: 0, since: -1, holds: 0, ceiling: 0, expiresAt: Number.NEGATIVE_INFINITY };
    parts.set(boot, part);
  }
  return part;
}

function hearClaim(counter: Counter, { settledNanos, holdsNanos, sinceMs }: LeaseClaim, boot: string): Part {
  const part = partOf(counter, boot);
  if (part.since < 0 && sinceMs > 0) {
    // It began to count in the middle of its life: what was recorded until now is what came before.
    part.before += part.recorded;
    part.recorded = 0;
  }
  if (part.since < 0) part.since = sinceMs;
  part.said = Math.max(part.said, settledNanos);
  part.holds = holdsNanos;
  return part;
}

interface GrantOptions {
  boot: string;
  now: number;
  settling: boolean;
  sharers: number;
}

function grantTo(counter: Counter, claim: LeaseClaim, { boot, now, settling, sharers }: GrantOptions): LeaseGrant {
  const part = hearClaim(counter, claim, boot);
  const { holdsNanos, keepNanos, needsNanos, wantNanos, settledNanos } = claim;
  // Of a boot with a live lease the ledger knows how much it was; another's word is taken: this ledger may have begun later.
  const kept = part.expiresAt > now ? Math.min(keepNanos, Math.max(0, part.ceiling - settledNanos)) : keepNanos;
  // Calls under way cannot be taken back, whatever was granted.
  const floor = settledNanos + Math.max(holdsNanos, kept);
  let others = part.before;
  let othersHold = part.before;
  for (const one of counter.parts.values()) {
    if (one === part) continue;
    others += committed(one, now);
    othersHold += inEarnest(one, now);
  }
  let room = counter.limitNanos - others - floor;
  let roomInEarnest = counter.limitNanos - othersHold - settledNanos - holdsNanos;
  part.ceiling = floor;
  if (!settling) {
    for (const need of needsNanos) {
      if (need <= room) {
        part.ceiling += need;
        room -= need;
        roomInEarnest -= need;
      } else if (need <= roomInEarnest) counter.scarceUntil = now + scarceMs;
    }
    const left = Math.floor(room / (headroomShare * Math.max(1, sharers)));
    if (counter.scarceUntil <= now) part.ceiling += Math.min(wantNanos, Math.max(0, left));
  }
  part.expiresAt = now + leaseMs;
  const grantedNanos = part.ceiling - settledNanos;
  const scarce = counter.scarceUntil > now;
  return { counter: claim.counter, grantedNanos, ...sums(counter.parts.values(), now), settling, scarce };
}

const spent = ({ before, said, recorded }: Part): number => before + Math.max(said, recorded);

const committed = (part: Part, now: number): number =>
  part.expiresAt > now ? part.before + Math.max(part.said, part.recorded, part.ceiling) : spent(part);

/** Without what lies idle in a lease. */
const inEarnest = (part: Part, now: number): number =>
  part.expiresAt > now ? part.before + Math.max(part.said + part.holds, part.recorded) : spent(part);

function sums(parts: Iterable<Part>, now: number): { settledNanos: number; leasedNanos: number } {
  let settledNanos = 0;
  let leasedNanos = 0;
  for (const part of parts) {
    settledNanos += spent(part);
    leasedNanos += committed(part, now) - spent(part);
  }
  return { settledNanos, leasedNanos };
}
