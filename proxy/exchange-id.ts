// Ids of exchanges: UUIDv7 (RFC 9562, 5.7), so that they sort by time. Random bits are drawn many at a time, because one
// draw a call costs more than everything else here.
import { randomFillSync } from 'node:crypto';

const drawn = Buffer.allocUnsafe(16 * 512);
let next = drawn.length;

/** A new id for a moment in epoch milliseconds. */
export function newExchangeId(now: number): string {
  if (next === drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  const id = drawn.subarray(next, next + 16);
  next += 16;
  id.writeUIntBE(now, 0, 6);
  id[6] = 0x70 | ((id[6] as number) & 0x0f);
  id[8] = 0x80 | ((id[8] as number) & 0x3f);
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
