// What proxies say of their targets' health: the latest report of each, in memory, forgotten after a minute of silence.
// PUT /v1/targets/:boot takes one in, under the same key as segments.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '../contract/questions/problem.ts';
import type { TargetsAnswer } from '../contract/questions/targets.ts';
import { BootId } from '../contract/segment.ts';
import { TargetReport } from '../contract/target-report.ts';

const forgottenAfterMs = 60_000;
/** Beyond this the proxy that was silent longest is forgotten. */
const mostProxies = 200;

type Proxy = TargetsAnswer['proxies'][number];

export interface TargetReports {
  take(boot: string, report: TargetReport): void;
  /** Of proxies that were heard within the last minute, by their boots. */
  latest(): Proxy[];
}

export function createTargetReports(clock: () => number): TargetReports {
  const reports = new Map<string, Proxy>();

  function forget(): void {
    const until = clock() - forgottenAfterMs;
    for (const [boot, { reportedAt }] of reports) if (reportedAt < until) reports.delete(boot);
  }

  return {
    take(boot, { targets }) {
      forget();
      reports.delete(boot);
      const [silent] = reports.keys();
      if (reports.size >= mostProxies && silent !== undefined) reports.delete(silent);
      const now = clock();
      // The proxy says how long, not until when: its clock need not be ours.
      const live = targets.map(({ coolingForMs, ...target }) => ({
        ...target,
        coolingUntil: coolingForMs === null ? null : now + coolingForMs,
      }));
      reports.set(boot, { boot, reportedAt: now, targets: live });
    },
    latest() {
      forget();
      const now = clock();
      return [...reports.values()]
        .sort((one, other) => one.boot.localeCompare(other.boot))
        .map((proxy) => ({ ...proxy, targets: proxy.targets.map((target) => cooledDown(target, now)) }));
    },
  };
}

function cooledDown(target: Proxy['targets'][number], now: number): Proxy['targets'][number] {
  const isOver = target.coolingUntil !== null && target.coolingUntil <= now;
  return isOver ? { ...target, coolingUntil: null } : target;
}

export function takeTargetReports(app: FastifyInstance, reports: TargetReports): void {
  app.put(
    '/v1/targets/:boot',
    {
      bodyLimit: 1024 * 1024,
      schema: {
        summary: 'Take in what a proxy sees of its targets’ health; it replaces what it said before',
        params: z.object({ boot: BootId }),
        body: TargetReport,
        response: { 200: z.object({ ok: z.literal(true) }), '4xx': Problem },
      },
    },
    async (request) => {
      reports.take((request.params as { boot: string }).boot, request.body as TargetReport);
      return { ok: true as const };
    },
  );
}
