// Load: closed loops for throughput, an open loop at a fixed rate for latency. Bounded in time; ends by itself.
import { Caller } from './caller.ts';

export const request = Buffer.from(
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
  accept: 'application/json',
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

export interface LoadOptions {
  url: string;
  seconds: number;
  headers?: Record<string, string>;
}

/** `concurrency` callers that each wait for their answer. */
export async function closedLoop(options: LoadOptions & { concurrency: number }): Promise<Measured> {
  const callers = await openCallers(options, options.concurrency);
  const result: Measured = { requests: 0, failures: 0, seconds: 0, latencies: [] };
  const started = performance.now();
  const until = started + options.seconds * 1000;
  await Promise.all(
    callers.map(async (caller) => {
      while (performance.now() < until) await once(caller, result);
    }),
  );
  return finished(result, started, callers);
}

/** `rate` calls a second whatever happens to the earlier ones. */
export async function openLoop(options: LoadOptions & { rate: number }): Promise<Measured> {
  const callers = await openCallers(options, 64);
  const free = [...callers];
  const result: Measured = { requests: 0, failures: 0, seconds: 0, latencies: [] };
  const calls: Promise<void>[] = [];
  const started = performance.now();
  for (let i = 0; i < options.rate * options.seconds; i++) {
    const wait = started + (i * 1000) / options.rate - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const caller = free.pop();
    // Sixty-four calls under way at 300 a second mean that the subject stands still: that is a failure, not a wait.
    if (caller) calls.push(once(caller, result).then(() => void free.push(caller)));
    else result.failures += 1;
  }
  await Promise.all(calls);
  return finished(result, started, callers);
}

const openCallers = (options: LoadOptions, count: number): Promise<Caller[]> =>
  Promise.all(
    Array.from({ length: count }, () => Caller.open(options.url, { ...headers, ...options.headers }, request)),
  );

async function once(caller: Caller, result: Measured): Promise<void> {
  const began = performance.now();
  const status = await caller.call();
  if (status !== 200) result.failures += 1;
  result.requests += 1;
  result.latencies.push(performance.now() - began);
}

function finished(result: Measured, started: number, callers: Caller[]): Measured {
  result.seconds = (performance.now() - started) / 1000;
  for (const caller of callers) caller.close();
  result.latencies.sort((a, b) => a - b);
  return result;
}

export const percentile = (sorted: number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? Number.NaN;

export const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

export const requestBytes = request.length;
