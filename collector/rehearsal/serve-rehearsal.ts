// POST /api/routing/try: checks the question and hands the rehearsal out as a long answer.
import type { FastifyInstance } from 'fastify';
import { Problem } from '../../contract/questions/problem.ts';
import { RehearsalAnswer, RehearsalRequest } from '../../contract/questions/rehearsal.ts';
import { createTurn, inTurn, sendSteps } from '../long-answers.ts';
import type { QuestionContext } from '../questions/question.ts';
import { checkedWindow } from '../questions/windows.ts';
import { readRoutes } from './read-routes.ts';
import { rehearse } from './rehearse.ts';
import type { World } from './replay-question.ts';

export interface RehearsalRooms {
  context: Pick<QuestionContext, 'store'>;
  world: World;
}

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
    return sendSteps(steps, request, reply);
  });
}
