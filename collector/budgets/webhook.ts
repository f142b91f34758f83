// Tells the operator's webhook that a budget has reached a step: a POST of JSON, tried again with growing pauses and never
// waited for. Where it goes stands in the configuration alone, and a redirect is not followed, so that nobody who may set a
// budget can choose what this machine calls.
import { Agent, request } from 'undici';

export interface Alert {
  budget: string;
  /** Of the team, key …; '' where the budget is one for all. */
  value: string;
  action: string;
  percent: number;
  spentUsd: number;
  limitUsd: number;
  period: { per: string; startsAt: number; endsAt: number };
  link: string;
}

export interface Webhook {
  send(alert: Alert): void;
  close(): Promise<void>;
}

export interface WebhookOptions {
  /** Empty: nobody is told. */
  url: string;
  onProblem(message: string): void;
  /** Milliseconds before each further attempt. */
  pauses?: readonly number[];
  deadlineMs?: number;
}

const usualPauses = [1_000, 5_000, 30_000, 120_000, 600_000] as const;

export function createWebhook(options: WebhookOptions): Webhook {
  const { url, onProblem, pauses = usualPauses, deadlineMs = 5_000 } = options;
  const agent = new Agent({ connections: 2, connect: { timeout: deadlineMs } });
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  async function attempt(alert: Alert, number: number): Promise<void> {
    const problem = await post(alert);
    if (problem === null || closed) return;
    const pause = pauses[number];
    if (pause === undefined) {
      onProblem(`The webhook was not told of budget "${alert.budget}" at ${alert.percent} %: ${problem}`);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(alert, number + 1);
    }, pause).unref();
    timers.add(timer);
  }

  /** Null: it was taken. */
  async function post(alert: Alert): Promise<string | null> {
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        signal: AbortSignal.timeout(deadlineMs),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alert),
      });
      await answer.body.dump();
      return answer.statusCode >= 200 && answer.statusCode < 300 ? null : `it answered ${answer.statusCode}`;
    } catch (error) {
      // The message of an error may quote the address, which may hold a secret.
      return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
    }
  }

  return {
    send: (alert) => void (url !== '' && !closed && attempt(alert, 0)),
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await agent.destroy();
    },
  };
}
