// Lets the answer end, now that its record is settled.
import type { Exchange } from '../exchange.ts';

export function finish(exchange: Exchange): void {
  const { response, lastChunk } = exchange;
  if (response.destroyed || response.writableEnded) return;
  if (lastChunk) response.end(lastChunk);
  else response.end();
}
