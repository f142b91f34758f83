// POST /api/estimate: what a request would take, without sending it. Nothing of the request is kept.
import type { FastifyInstance } from 'fastify';
import { EstimateAnswer, EstimateQuestion } from '../../contract/questions/estimate.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { type EstimateWorld, estimateRequest } from './estimate-request.ts';
import type { LearnedModels } from './learned-models.ts';

/** As long as a proxy takes by default. */
const bodyLimit = 64 * 1024 * 1024;

export interface EstimateRooms extends Pick<EstimateWorld, 'providers' | 'prices'> {
  learned: LearnedModels;
  clock: () => number;
}

export function serveEstimate(app: FastifyInstance, { learned, clock, ...world }: EstimateRooms): void {
  const schema = {
    summary: 'How many tokens a request would take and what it may cost, without sending it.',
    body: EstimateQuestion,
    response: { 200: EstimateAnswer, '4xx': Problem, '5xx': Problem },
  };
  app.post('/api/estimate', { schema, bodyLimit }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const question = request.body as EstimateQuestion;
    return estimateRequest(question, { ...world, learned: await learned.fresh(), now: clock() });
  });
}
