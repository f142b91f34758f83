// What proxies ask about budgets, under the ingest key: for a part of them, or, where Redis grants the parts, for what was
// recorded of them.
import type { FastifyInstance } from 'fastify';
import { LeaseAnswer, LeaseRequest, SeedAnswer } from '../../contract/access/lease.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { CollectorError } from '../errors.ts';
import type { LeaseLedger } from './lease-ledger.ts';
import type { Reseed } from './reseed.ts';

export interface LeaseRooms {
  ledger: LeaseLedger;
  reseed: Pick<Reseed, 'of' | 'run' | 'seeded'>;
  /** After each time a proxy said something. */
  onSaid(counters: readonly string[]): void;
}

const bodyLimit = 2 * 1024 * 1024;
const problems = { '4xx': Problem, '5xx': Problem };

export function serveLeases(app: FastifyInstance, { ledger, reseed, onSaid }: LeaseRooms): void {
  app.post(
    '/v1/leases',
    {
      bodyLimit,
      schema: {
        summary: 'A proxy asks for its part of budgets, and says what it spent of them',
        body: LeaseRequest,
        response: { 200: LeaseAnswer, ...problems },
      },
    },
    async (request) => {
      const asked = request.body as LeaseRequest;
      const answer = ledger.exchange(asked);
      onSaid(asked.claims.map(({ counter }) => counter));
      return answer;
    },
  );
  app.post(
    '/v1/seeds',
    {
      bodyLimit,
      schema: {
        summary: 'What is recorded of these budgets, for a Redis that grants parts of them; set, never added',
        body: LeaseRequest,
        response: { 200: SeedAnswer, ...problems },
      },
    },
    async (request) => {
      const asked = request.body as LeaseRequest;
      ledger.note(asked);
      onSaid(asked.claims.map(({ counter }) => counter));
      const read = () => asked.claims.map(({ counter }) => reseed.of(counter)).filter((seed) => seed !== null);
      let seeds = read();
      if (seeds.length < asked.claims.length) {
        await reseed.run();
        seeds = read();
      }
      // What has not been read yet may not be given out on a guess.
      if (!reseed.seeded()) throw new CollectorError('store_unavailable', { found: 'budgets have not been read' }, 1);
      return { seeds };
    },
  );
}
