// Puts the request of an attempt into its provider's batch endpoint, for as long as is left of the client's patience.
import { type Exchange, elapsedMs } from '../exchange.ts';
import type { AttemptRooms } from '../steps/attempt.ts';
import type { Departure } from '../steps/departure.ts';
import type { Prepared } from '../steps/prepare/prepared.ts';
import type { UpstreamCall } from '../upstream/call.ts';
import { dispatchBatch } from './batch-dispatcher.ts';
import { batchApiFor } from './batchable.ts';

export interface BatchParts {
  prepared: Prepared;
  departure: Departure;
  call: UpstreamCall;
}

export function sendBatch(exchange: Exchange, { prepared, departure, call }: BatchParts, rooms: AttemptRooms): void {
  const { provider, wire, batch } = prepared.target;
  const api = batchApiFor(provider, wire);
  if (!api || !batch) throw new Error(`Provider "${provider.name}" has no batch endpoint for ${wire}.`);
  dispatchBatch(
    {
      ...{ api, clock: rooms.batchClock, connections: rooms.connections, headers: departure.headers },
      address: rooms.directory.address(provider),
      job: { customId: exchange.id, body: prepared.body, wire },
      patienceMs: batch.patienceMs - elapsedMs(exchange),
      onId(id) {
        exchange.batchId = id;
      },
    },
    call,
  );
}
