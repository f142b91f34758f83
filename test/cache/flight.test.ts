// One answer for many readers: each gets every byte in order at its own pace, and nobody makes it keep more than its window.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flight, type FollowerSink, windowBytes } from '../../proxy/cache/flight.ts';

const newFlight = (): Flight<string> => new Flight<string>({ dialect: 'openai-chat', exact: 'e' });

interface Reader extends FollowerSink {
  read: string;
  how: 'open' | 'ended' | 'broken';
}

/** Wants `most` pieces at a time. */
function reader(most = Number.POSITIVE_INFINITY): Reader {
  let taken = 0;
  return {
    read: '',
    how: 'open',
    data(bytes) {
      this.read += bytes.toString();
      taken += 1;
      return taken % most !== 0;
    },
    end() {
      this.how = 'ended';
    },
    broken() {
      this.how = 'broken';
    },
  };
}

describe('a flight', () => {
  it('gives every follower the whole answer in order, whenever it joins and however slowly it reads', () => {
    const pieces = fc.array(fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom(...'abc') }), {
      maxLength: 20,
    });
    const joiners = fc.array(fc.record({ at: fc.nat(20), most: fc.integer({ min: 1, max: 4 }) }), { maxLength: 6 });
    fc.assert(
      fc.property(pieces, joiners, fc.nat(20), (texts, joining, liveAt) => {
        const flight = newFlight();
        flight.begin('facts');
        const readers: { sink: Reader; resume(): void }[] = [];
        const step = (at: number): void => {
          if (at === liveAt) flight.live();
          for (const { at: when, most } of joining) {
            if (when !== at) continue;
            const sink = reader(most);
            const follower = flight.join();
            follower?.attach(sink);
            readers.push({ sink, resume: () => follower?.resume() });
          }
          for (const { resume } of readers) resume();
        };
        for (let at = 0; at <= 20; at++) {
          step(at);
          const text = texts[at];
          if (text) flight.take(Buffer.from(text));
        }
        flight.end(true);
        for (let i = 0; i < 30; i++) for (const { resume } of readers) resume();
        for (const { sink } of readers) expect([sink.read, sink.how]).toEqual([texts.join(''), 'ended']);
      }),
    );
  });

  it('tells nobody anything of an attempt that came to nothing', () => {
    const flight = newFlight();
    const sink = reader();
    flight.join()?.attach(sink);
    flight.begin('first');
    flight.take(Buffer.from('wrong'));
    flight.begin('second');
    flight.take(Buffer.from('right'));
    flight.live();
    flight.end(true);
    expect([flight.head, sink.read]).toEqual(['second', 'right']);
  });

  it('breaks off who lags further behind than its window, and lets nobody join what has lost its beginning', () => {
    const flight = newFlight();
    flight.begin('facts');
    flight.live();
    const [quick, slow] = [reader(), reader(1)];
    flight.join()?.attach(quick);
    flight.join()?.attach(slow);
    const piece = Buffer.alloc(64 * 1024, 'x');
    for (let sent = 0; sent <= windowBytes + piece.length * 2; sent += piece.length) flight.take(piece);
    expect([quick.how, slow.how]).toEqual(['open', 'broken']);
    expect(flight.join()).toBeNull();
    flight.end(true);
    expect(quick.how).toBe('ended');
  });

  it('says when the last follower has left, and not before', () => {
    const flight = newFlight();
    let deserted = 0;
    flight.onDeserted = () => {
      deserted += 1;
    };
    const [one, other] = [flight.join(), flight.join()];
    one?.leave();
    expect(deserted).toBe(0);
    other?.leave();
    expect(deserted).toBe(1);
  });

  it('comes to nothing for all who wait where it never began', async () => {
    const flight = newFlight();
    const sink = reader();
    flight.join()?.attach(sink);
    flight.end(false);
    expect([await flight.begun, sink.how, flight.join()]).toEqual([false, 'broken', null]);
  });
});
