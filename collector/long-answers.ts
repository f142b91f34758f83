// Answers that take a while: JSON at the end, or, asked for application/x-ndjson, a line of progress now and then and the answer
// as the last line. Of each kind one is worked on at a time; who goes away stops theirs.
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toCollectorError } from './error-answers.ts';
import { CollectorError } from './errors.ts';

/** Yields how far it is; returns the answer. */
export type Steps<Progress, Answer> = AsyncGenerator<Progress, Answer>;

export interface Turn {
  take(): Promise<() => void>;
}

/** Hands the turn out in the order in which it was asked for. */
export function createTurn(): Turn {
  let last = Promise.resolve();
  return {
    async take() {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      await before;
      return resolve;
    },
  };
}

export async function* inTurn<Progress, Answer>(
  turn: Turn,
  begin: () => Steps<Progress, Answer>,
): Steps<Progress, Answer> {
  const done = await turn.take();
  try {
    return yield* begin();
  } finally {
    done();
  }
}

/** What a handler returns. */
export function sendSteps<Progress, Answer>(
  steps: Steps<Progress, Answer>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<Answer> {
  reply.header('cache-control', 'no-store');
  if (request.headers.accept?.includes('application/x-ndjson'))
    return reply.type('application/x-ndjson').send(Readable.from(linesOf(steps, request)));
  return answerOf(steps, request);
}

async function answerOf<Progress, Answer>(steps: Steps<Progress, Answer>, request: FastifyRequest): Promise<Answer> {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    if (!request.raw.socket.destroyed) continue;
    await steps.return(undefined as never);
    throw new CollectorError('body_invalid', { found: 'the client went away' });
  }
}

async function* linesOf<Progress, Answer>(
  steps: Steps<Progress, Answer>,
  request: FastifyRequest,
): AsyncGenerator<string> {
  try {
    for (;;) {
      const step = await steps.next();
      yield `${JSON.stringify(step.done ? { answer: step.value } : { progress: step.value })}\n`;
      if (step.done) return;
    }
  } catch (error) {
    yield `${JSON.stringify(toCollectorError(error, request).toProblem())}\n`;
  } finally {
    await steps.return(undefined as never);
  }
}

/** Lets everybody else who waits for this thread have their turn after every few milliseconds of work. */
export function createBreather(now: () => number, biteMs = 8): () => Promise<void> {
  let began = now();
  return async () => {
    if (now() - began < biteMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    began = now();
  };
}
