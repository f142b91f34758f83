// The collector's own events. They go the way of every record: a small segment that ingest makes durable and brings to
// ClickHouse exactly once, so that an event outlives a kill and a ClickHouse that is away.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { EventRecord, NewEvent } from '../../contract/event.ts';
import type { Ingest } from '../ingest/ingest.ts';

export interface Events {
  /**
   * Resolves once the event is durable; the dashboard sees it a moment later. Rejects when it cannot be written down: what
   * it tells of should then not be done. The same id again is the same event.
   */
  write(event: NewEvent): Promise<void>;
}

export interface EventsOptions {
  accept: Ingest['accept'];
  /** Epoch milliseconds. */
  clock: () => number;
  /** Names this run's segments. */
  random?: (bytes: number) => Buffer;
}

interface Waiting {
  event: NewEvent;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export function createEvents({ accept, clock, random = randomBytes }: EventsOptions): Events {
  const run = `collector${clock().toString(36).padStart(9, '0')}${random(5).toString('hex')}`;
  let sequence = 0;
  let waiting: Waiting[] = [];
  let writing = false;

  /** What arrives while one segment is being written goes together into the next. */
  async function writeAll(): Promise<void> {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const name = `${run}-${String(sequence).padStart(8, '0')}`;
      sequence += 1;
      try {
        await accept(name, Readable.from([Buffer.from(batch.map(({ event }) => toLine(event)).join(''))]));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  }

  return {
    write(event) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      waiting.push({ event, resolve, reject });
      void writeAll();
      return promise;
    },
  };
}

function toLine({ tenant = 'default', actor = '', subject = '', detail = {}, ...event }: NewEvent): string {
  const record: EventRecord = { kind: 'event', boot: 'collector', ...event, tenant, actor, subject, detail };
  return `${JSON.stringify(record)}\n`;
}
