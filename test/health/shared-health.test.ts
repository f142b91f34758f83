import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceOfOthers, type HealthSnapshot } from '../../proxy/health/evidence-of-others.ts';
import { type Channel, readSnapshot, shareHealth } from '../../proxy/health/shared-health.ts';
import { bench, limited } from './a-health.ts';

/** Everybody hears everybody, the sender too, as over Redis. */
function radio(): Channel & { said: string[] } {
  const listeners: ((text: string) => void)[] = [];
  const said: string[] = [];
  return {
    said,
    publish(text) {
      said.push(text);
      for (const listener of listeners) listener(text);
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}

function proxy(boot: string, channel: Channel) {
  const others = new EvidenceOfOthers();
  const one = bench({ others: (key, now) => others.of(key, now) });
  return { ...one, share: shareHealth({ health: one.health, others, channel, boot, clock: one.now }) };
}

describe('proxies on one channel', () => {
  it('learn of a failing target without calling it', () => {
    const channel = radio();
    const [one, other] = [proxy('one', channel), proxy('other', channel)];
    for (let at = 0; at < 8; at++) one.call('a', { verdict: 'failure' });
    one.share.publish();
    expect(other.health.view('a').success).toBeLessThan(0.5);
    expect(other.health.view('a').factor).toBeLessThan(0.1);
  });

  it('leave a target alone that another one has suspended', () => {
    const channel = radio();
    const [one, other] = [proxy('one', channel), proxy('other', channel)];
    for (let at = 0; at < 3; at++) other.call('a');
    for (let at = 0; at < 8; at++) one.call('a', { verdict: 'failure' });
    one.share.publish();
    expect(other.health.view('a').factor).toBe(0);
  });

  it('believe their own many calls more than others', () => {
    const channel = radio();
    const [one, other] = [proxy('one', channel), proxy('other', channel)];
    for (let at = 0; at < 500; at++) other.call('a');
    for (let at = 0; at < 8; at++) one.call('a', { verdict: 'failure' });
    one.share.publish();
    expect(other.health.view('a').factor).toBeGreaterThan(0.5);
  });

  it('share a rate limit, because it belongs to the credential', () => {
    const channel = radio();
    const [one, other] = [proxy('one', channel), proxy('other', channel)];
    one.call('a', limited(8_000));
    one.share.publish();
    expect(other.health.view('a').coolingUntil).toBe(other.now() + 8_000);
  });

  it('do not take their own words for somebody else’s', () => {
    const channel = radio();
    const one = proxy('one', channel);
    one.call('a', { verdict: 'failure' });
    const before = one.health.view('a').success;
    one.share.publish();
    one.pass(2_000);
    expect(one.health.view('a').success).toBeCloseTo(before!, 2);
  });

  it('forget a proxy that has been silent for half a minute', () => {
    const channel = radio();
    const [one, other] = [proxy('one', channel), proxy('other', channel)];
    one.call('a', { verdict: 'failure' });
    one.share.publish();
    expect(other.health.view('a').success).not.toBeNull();
    other.pass(30_000);
    expect(other.health.view('a').success).toBeNull();
  });
});

describe('evidence of others', () => {
  const target = fc.record({
    key: fc.constantFrom('a', 'b'),
    successes: fc.nat(50),
    failures: fc.nat(50),
    coolingForMs: fc.nat(5_000),
  });
  const snapshots = fc
    .uniqueArray(fc.record({ boot: fc.constantFrom('x', 'y', 'z'), sequence: fc.nat(20), targets: fc.array(target) }), {
      selector: ({ boot, sequence }) => `${boot} ${sequence}`,
      maxLength: 12,
    })
    .chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray([...given, ...given], { minLength: given.length })),
    );
  const heard = (given: readonly HealthSnapshot[]) => {
    const others = new EvidenceOfOthers();
    for (const one of given) others.receive(one, 1_000);
    return ['a', 'b'].map((key) => others.of(key, 2_000));
  };
  const rounded = (given: unknown): unknown =>
    JSON.parse(JSON.stringify(given), (_, value) => (typeof value === 'number' ? Number(value.toFixed(6)) : value));

  it('is the same in any order and however often a message comes', () => {
    fc.assert(
      fc.property(snapshots, ([given, shuffled]) => {
        const complete = [...shuffled, ...given];
        expect(rounded(heard(complete))).toEqual(rounded(heard(given)));
        expect(rounded(heard([...given].reverse()))).toEqual(rounded(heard(given)));
      }),
    );
  });

  it('never weighs more than ten calls', () => {
    fc.assert(
      fc.property(snapshots, ([given]) => {
        for (const one of heard(given))
          expect((one?.successes ?? 0) + (one?.failures ?? 0)).toBeLessThanOrEqual(10 + 1e-9);
      }),
    );
  });

  it('is not swayed by what is no snapshot', () => {
    const wrong = [
      '',
      '{',
      'null',
      '[]',
      '[1,"x",1]',
      '[2,"x",1,[]]',
      '[1,"x",1,[["a",-1,0,0]]]',
      '[1,"x",1,[["a",1]]]',
      '[1,"x",0.5,[]]',
    ];
    expect(wrong.map(readSnapshot)).toEqual(wrong.map(() => null));
    fc.assert(
      fc.property(fc.string(), fc.json(), (text, json) => {
        readSnapshot(text);
        readSnapshot(json);
      }),
    );
    expect(readSnapshot('[1,"x",1,[["a",1,2,3]]]')).toEqual({
      boot: 'x',
      sequence: 1,
      targets: [{ key: 'a', successes: 1, failures: 2, coolingForMs: 3 }],
    });
  });
});
