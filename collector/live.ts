// The live tail: server-sent events with the rows of each segment as it reaches ClickHouse. Without a listener nothing
// is read. A listener that does not keep up loses rows, never the collector its memory; what was lost is counted.
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { ExchangeRow } from '../contract/questions/exchanges.ts';
import type { Filters } from '../contract/questions/window.ts';
import { exchangesOfSegments, fitsFilters, LiveQuery, livePath } from './questions/live.ts';
import type { QuestionContext } from './questions/question.ts';
import { securityHeaders } from './security-headers.ts';

const mostRows = 200;
const mostListeners = 50;
const mostWaitingSegments = 500;
const mostBufferedBytes = 1024 * 1024;
const heartbeatMs = 15_000;

export interface LiveTail {
  /** Tell it that a segment has reached ClickHouse. Costs nothing without listeners; never throws. */
  ingested(segment: string): void;
  listeners(): number;
  /** Ends every stream. */
  close(): void;
}

interface Listener {
  response: ServerResponse;
  filters: Filters;
  dropped: number;
}

type LiveContext = Pick<QuestionContext, 'store' | 'clock'> & { onProblem(message: string): void };

export function createLiveTail(context: LiveContext): LiveTail & { listen(listener: Listener): void } {
  const listeners = new Set<Listener>();
  let waiting: string[] = [];
  let reading = false;

  async function drain(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (waiting.length > 0 && listeners.size > 0) {
        const segments = waiting;
        waiting = [];
        const { rows, dropped } = await exchangesOfSegments(context, segments, mostRows);
        for (const listener of listeners) tell(listener, rows, dropped);
      }
    } catch (error) {
      context.onProblem(`The live tail could not read new exchanges: ${String(error)}`);
    } finally {
      reading = false;
    }
  }

  const heartbeat = setInterval(() => {
    for (const { response } of listeners) response.write(': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  return {
    ingested(segment) {
      if (listeners.size === 0) return;
      waiting.push(segment);
      if (waiting.length > mostWaitingSegments) waiting.shift();
      void drain();
    },
    listen(listener) {
      listeners.add(listener);
      listener.response.once('close', () => listeners.delete(listener));
      listener.response.on('error', () => listeners.delete(listener));
      const oldest = listeners.values().next().value;
      if (listeners.size <= mostListeners || !oldest) return;
      listeners.delete(oldest);
      oldest.response.end();
    },
    listeners: () => listeners.size,
    close() {
      clearInterval(heartbeat);
      for (const { response } of listeners) response.end();
      listeners.clear();
    },
  };
}

function tell(listener: Listener, rows: ExchangeRow[], dropped: number): void {
  const fitting = rows.filter((row) => fitsFilters(row, listener.filters));
  if (listener.response.writableLength > mostBufferedBytes) {
    listener.dropped += fitting.length + dropped;
    return;
  }
  const lost = listener.dropped + dropped;
  if (fitting.length === 0 && lost === 0) return;
  listener.dropped = 0;
  listener.response.write(`event: exchanges\ndata: ${JSON.stringify({ rows: fitting, dropped: lost })}\n\n`);
}

/** Adds GET /api/live. */
export function serveLiveTail(app: FastifyInstance, tail: ReturnType<typeof createLiveTail>): void {
  app.get(
    livePath,
    { schema: { summary: 'Server-sent events: exchanges as they reach the store', querystring: LiveQuery } },
    (request, reply) => {
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        ...securityHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx holds events back otherwise.
        'x-accel-buffering': 'no',
      });
      response.write('retry: 2000\nevent: hello\ndata: {}\n\n');
      tail.listen({ response, filters: request.query as Filters, dropped: 0 });
    },
  );
  app.addHook('preClose', async () => tail.close());
}
