// GET /api/targets: what the running proxies last said of their targets. Asks nothing of the store.
import { z } from 'zod';
import { TargetsAnswer } from '../../contract/questions/targets.ts';
import { question } from './question.ts';

export const targets = question({
  path: '/api/targets',
  summary: 'Breakers, cool-downs, headroom, calls in flight and first tokens of every target, per running proxy.',
  query: z.object({}),
  answer: TargetsAnswer,
  async ask({ targetReports, clock }) {
    return { at: clock(), proxies: targetReports.latest() };
  },
});
