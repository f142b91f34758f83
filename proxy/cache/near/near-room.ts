// What near matches need: who makes vectors, the questions known so far, and how far they can be trusted.
import { direction, NearIndex } from './near-index.ts';
import { NearTrust } from './near-trust.ts';

export interface NearRoom {
  index: NearIndex;
  trust: NearTrust;
  /** Who gets to see the questions. */
  reader: { provider: string; selfHosted: boolean };
  /** Null where there is none in time. Never rejects. */
  vectorOf(text: string): Promise<Float32Array | null>;
}

export interface NearRoomOptions {
  reader: NearRoom['reader'];
  embed(texts: readonly string[], timeoutMs: number): Promise<number[][]>;
  timeoutMs: number;
  clock(): number;
}

/** After so many failures in a row nobody is asked for a while, or every call would wait for nothing. */
const failuresInARow = 3;
const pauseMs = 10_000;

export function createNearRoom({ reader, embed, timeoutMs, clock }: NearRoomOptions): NearRoom {
  let failures = 0;
  let waitUntil = Number.NEGATIVE_INFINITY;
  return {
    index: new NearIndex(),
    trust: new NearTrust(),
    reader,
    async vectorOf(text) {
      if (clock() < waitUntil) return null;
      try {
        const [vector] = await embed([text], timeoutMs);
        failures = 0;
        return vector ? direction(vector) : null;
      } catch {
        failures += 1;
        if (failures >= failuresInARow) waitUntil = clock() + pauseMs;
        return null;
      }
    },
  };
}
