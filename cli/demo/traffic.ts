// Sends the demo's traffic: sessions of several apps side by side, at a steady average rate, until told to stop.
import { type CallCounts, createClients } from './clients.ts';
import { activity, hourAt, rateFactor } from './day-shape.ts';
import type { Random } from './random.ts';
import { openSession, type Session } from './session.ts';
import { tasks } from './tasks/all.ts';

export interface TrafficOptions {
  proxyUrl: string;
  /** Calls per second on average over the demo's day. */
  rate: number;
  random: Random;
}

export interface TrafficReport extends CallCounts {
  /** Calls that are running now. */
  running: number;
  /** Calls that ended with an error, as the apps saw it: HTTP status, or "broken" for what has none. */
  errors: Record<string, number>;
}

export interface Traffic {
  report(): TrafficReport;
  /** Sends no more; resolves when running calls have ended, at the latest after `graceMs`, when they are hung up. */
  stop(graceMs: number): Promise<void>;
}

const tickMs = 20;
const userCount = 60;

/** Starts sending at once. */
export function startTraffic({ proxyUrl, rate, random }: TrafficOptions): Traffic {
  const counts: CallCounts = { sent: 0, unreached: 0 };
  const errors: Record<string, number> = {};
  const ask = createClients(proxyUrl, counts);
  const hangUp = new AbortController();
  const running = new Set<Promise<void>>();
  const waiting: { session: Session; dueAt: number }[] = [];
  const users = Array.from({ length: userCount }, () => `u-${random.hex(6)}`);
  const mostRunning = Math.max(8, Math.ceil(rate * 8));
  const startedAt = performance.now();
  let owed = 0;

  const nextSession = (now: number): Session => {
    const due = waiting.findIndex(({ dueAt }) => dueAt <= now);
    if (due >= 0) return (waiting.splice(due, 1)[0] as { session: Session }).session;
    const hour = hourAt(now - startedAt);
    const task = random.weighted(tasks.map((task) => [task, task.weight * activity(task.hours, hour)] as const));
    return openSession(task, random.pick(users), random);
  };
  const call = (now: number) => {
    const session = nextSession(now);
    const turn = session
      .next(ask, hangUp.signal)
      .catch((error: unknown) => {
        const name = String((error as { status?: number }).status ?? 'broken');
        errors[name] = (errors[name] ?? 0) + 1;
      })
      .then(() => {
        running.delete(turn);
        const pause = session.pause();
        if (pause !== null) waiting.push({ session, dueAt: performance.now() + pause });
      });
    running.add(turn);
  };
  const timer = setInterval(() => {
    const now = performance.now();
    owed += (rate * rateFactor(hourAt(now - startedAt)) * tickMs) / 1000;
    // Arrivals come at random, not like a clock; what is owed is never lost, unless too much is running already.
    for (; owed >= 1 || (owed > 0 && random.chance(owed / 4)); owed -= 1) {
      if (running.size < mostRunning) call(now);
    }
  }, tickMs);

  return {
    report: () => ({ ...counts, running: running.size, errors: { ...errors } }),
    stop: async (graceMs) => {
      clearInterval(timer);
      const late = setTimeout(() => hangUp.abort(), graceMs);
      await Promise.all(running);
      clearTimeout(late);
    },
  };
}
