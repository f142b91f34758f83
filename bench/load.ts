// Load: closed loops for throughput, an open loop at a fixed rate for latency. Bounded in time; ends by itself.
import { Agent } from 'undici';

const request = Buffer.from(
  JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [
      { role: 'system', content: 'You answer support questions in two sentences. '.repeat(6) },
      {
        role: 'user',
        content: `Where is my parcel? My address is jane.roe@example.com. ${'It was sent last week. '.repeat(66)}`,
      },
    ],
  }),
);

const headers = {
  'content-type': 'application/json',
  authorization: 'Bearer sk-bench-0000000000000000000000000000000000000000',
  'user-agent': 'bench',
  'x-sightline-task': 'support',
};

export interface Measured {
  requests: number;
  failures: number;
  seconds: number;
  /** Sorted, milliseconds. */
  latencies: number[];
}

/** `concurrency` callers that each wait for their answer, for `seconds`. */
export async function closedLoop(
  url: string,
  concurrency: number,
  seconds: number,
  extra: Record<string, string> = {},
): Promise<Measured> {
  const agent = new Agent({ connections: concurrency, pipelining: 1 });
  const until = performance.now() + seconds * 1000;
  const started = performance.now();
  const result: Measured = { requests: 0, failures: 0, seconds: 0, latencies: [] };
  const caller = async (): Promise<void> => {
    while (performance.now() < until) await once(agent, url, extra, result);
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  result.seconds = (performance.now() - started) / 1000;
  await agent.close();
  result.latencies.sort((a, b) => a - b);
  return result;
}

/** `rate` calls a second whatever happens to the earlier ones, for `seconds`. */
export async function openLoop(
  url: string,
  rate: number,
  seconds: number,
  extra: Record<string, string> = {},
): Promise<Measured> {
  const agent = new Agent({ connections: 64, pipelining: 1 });
  const result: Measured = { requests: 0, failures: 0, seconds, latencies: [] };
  const calls: Promise<void>[] = [];
  const started = performance.now();
  for (let i = 0; i < rate * seconds; i++) {
    const wait = started + (i * 1000) / rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    calls.push(once(agent, url, extra, result));
  }
  await Promise.all(calls);
  await agent.close();
  result.latencies.sort((a, b) => a - b);
  return result;
}

async function once(agent: Agent, url: string, extra: Record<string, string>, result: Measured): Promise<void> {
  const began = performance.now();
  try {
    const answer = await agent.request({
      origin: url,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { ...headers, ...extra },
      body: request,
    });
    await answer.body.dump({ limit: 1 << 20 });
    if (answer.statusCode !== 200) result.failures += 1;
    result.requests += 1;
    result.latencies.push(performance.now() - began);
  } catch {
    result.failures += 1;
  }
}

export const percentile = (sorted: number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;

export const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

export const requestBytes = request.length;
