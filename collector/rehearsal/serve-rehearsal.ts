// POST /api/routing/try. Answers with JSON at the end, or, asked for application/x-ndjson, with a line of progress now and
// then and the answer as its last line. One rehearsal runs at a time; who goes away stops theirs.
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../contract/questions/problem.ts';
import { RehearsalAnswer, type RehearsalProgress, RehearsalRequest } from '../../contract/questions/rehearsal.ts';
import { toCollectorError } from '../error-answers.ts';
import { CollectorError } from '../errors.ts';
import type { QuestionContext } from '../questions/question.ts';
import { checkedWindow } from '../questions/windows.ts';
import { readRoutes } from './read-routes.ts';
import { rehearse } from './rehearse.ts';
import type { World } from './replay-question.ts';

export interface RehearsalRooms {
  context: Pick<QuestionContext, 'store'>;
  world: World;
}

type Steps = AsyncGenerator<RehearsalProgress, RehearsalAnswer>;

/** Longer than any configuration that a person writes. */
const bodyLimit = 1024 * 1024;

export function serveRehearsal(app: FastifyInstance, { context, world }: RehearsalRooms): void {
  const turn = createTurn();
  const schema = {
    summary: 'Recorded decisions taken again under other routes: what would change. Nothing is switched on by it.',
    body: RehearsalRequest,
    response: { 200: RehearsalAnswer, '4xx': Problem, '5xx': Problem },
  };
  app.post('/api/routing/try', { bodyLimit, schema }, async (request, reply) => {
    const { routes, from, to } = request.body as RehearsalRequest;
    const read = readRoutes(routes, world.providers);
    const window = checkedWindow({ from, to });
    const steps = inTurn(turn, () => rehearse({ context, world, routes: read, window, now: () => performance.now() }));
    reply.header('cache-control', 'no-store');
    if (request.headers.accept?.includes('application/x-ndjson'))
      return reply.type('application/x-ndjson').send(Readable.from(linesOf(steps, request)));
    return answerOf(steps, request);
  });
}

async function answerOf(steps: Steps, request: FastifyRequest): Promise<RehearsalAnswer> {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
    if (!request.raw.socket.destroyed) continue;
    await steps.return(undefined as never);
    throw new CollectorError('body_invalid', { found: 'the client went away' });
  }
}

async function* linesOf(steps: Steps, request: FastifyRequest): AsyncGenerator<string> {
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

interface Turn {
  take(): Promise<() => void>;
}

/** Hands the turn out in the order in which it was asked for. */
function createTurn(): Turn {
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

async function* inTurn(turn: Turn, begin: () => Steps): Steps {
  const done = await turn.take();
  try {
    return yield* begin();
  } finally {
    done();
  }
}
