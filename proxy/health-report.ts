// Tells the collector what this proxy sees of its targets' health, for the dashboard: every few seconds, if any was called
// since. Fire and forget, on a connection of its own: what becomes of a report is nobody's concern on an exchange's way.
import { Agent, request } from 'undici';
import { mostReportedTargets, type TargetState } from '../contract/target-report.ts';
import type { TargetWatch } from './target-watch.ts';

export interface HealthReportOptions {
  watch: Pick<TargetWatch, 'views' | 'activity'>;
  collectorUrl: string;
  /** Empty: none is asked. */
  ingestKey: string;
  /** Under which this process records; it may change while the process runs. */
  boot: () => string;
  clock: () => number;
  everyMs?: number;
}

export const reportEveryMs = 5_000;
const deadlineMs = 1_000;

/** Never throws and never keeps the process alive. Returns how to stop it. */
export function reportHealth({ everyMs = reportEveryMs, ...options }: HealthReportOptions): () => Promise<void> {
  const agent = new Agent({ connections: 1, connect: { timeout: deadlineMs } });
  let told = 0;
  let underWay = false;

  async function tell(): Promise<void> {
    const { activity } = options.watch;
    if (activity === told || underWay) return;
    underWay = true;
    try {
      if (await send(agent, options)) told = activity;
    } catch {
      // The collector is away or slow: the next report says all that this one would have said.
    } finally {
      underWay = false;
    }
  }

  const timer = setInterval(() => void tell(), everyMs).unref();
  return async () => {
    clearInterval(timer);
    await agent.destroy();
  };
}

async function send(agent: Agent, options: HealthReportOptions): Promise<boolean> {
  const { watch, collectorUrl, ingestKey, boot, clock } = options;
  const answer = await request(`${collectorUrl.replace(/\/+$/, '')}/v1/targets/${boot()}`, {
    method: 'PUT',
    dispatcher: agent,
    signal: AbortSignal.timeout(deadlineMs),
    headers: {
      'content-type': 'application/json',
      ...(ingestKey ? { authorization: `Bearer ${ingestKey}` } : {}),
    },
    body: JSON.stringify({ targets: targetStates(watch.views(), clock()) }),
  });
  await answer.body.dump();
  return answer.statusCode === 200;
}

/** The views end with what was called last; a thousand targets would take the main thread too long to write down. */
export function targetStates(views: ReturnType<TargetWatch['views']>, now: number): TargetState[] {
  return views.slice(-mostReportedTargets).map(({ health, credential, ...name }) => ({
    ...name,
    key: credential,
    breaker: health.breaker,
    coolingForMs: health.coolingUntil === null ? null : Math.max(0, Math.round(health.coolingUntil - now)),
    headroom: health.headroom === null ? null : Math.min(1, Math.max(0, health.headroom)),
    inFlight: health.inFlight,
    concurrencyLimit: health.concurrencyLimit,
    success: health.success,
    factor: health.factor,
    firstTokenP50Ms: health.firstTokenP50Ms,
    firstTokenP95Ms: health.firstTokenP95Ms,
    tokensPerSecond: health.tokensPerSecond,
  }));
}
