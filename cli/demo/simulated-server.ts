// The HTTP side that all simulated providers share: reads a request, lets the provider decide, and plays the answer at
// the pace of a model. Loopback only.
import { once } from 'node:events';
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRandom, type Random } from './random.ts';

export interface SimulatedCall {
  method: string;
  path: string;
  query: URLSearchParams;
  header(name: string): string;
  /** Parsed JSON body; null when there is none or it is not JSON. */
  json: Record<string, unknown> | null;
  /** Draws for this call alone, from the seed, the request and how often the same one has come. */
  random: Random;
}

/** Bytes of a stream, and how many tokens of generation they stand for. */
export interface Piece {
  bytes: string;
  tokens: number;
}

export interface SimulatedAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  /** Milliseconds from the request until the head, and from then until the first piece. */
  headAfterMs: number;
  bodyAfterMs: number;
  /** A whole body, or a stream played piece by piece. */
  body: string | readonly Piece[];
  msPerToken: number;
  /** `reset`: the connection breaks after the last piece. */
  end: 'clean' | 'reset';
}

export interface SimulationOptions {
  seed: string | number;
  /** Multiplies error rates; 0: nothing goes wrong. */
  severity: number;
  /** Multiplies latencies; 0: everything at once, for tests. */
  slowness: number;
  /** Epoch milliseconds. */
  now: () => number;
}

export interface SimulatedServer {
  /** http://127.0.0.1:<port> */
  url: string;
  /** Requests answered so far. */
  served(): number;
  close(): Promise<void>;
}

/** Starts on a free loopback port. `decide` must not throw; what it returns is played as it stands. */
export async function startSimulatedServer(
  options: SimulationOptions,
  decide: (call: SimulatedCall) => SimulatedAnswer,
): Promise<SimulatedServer> {
  const repeats = new Map<string, number>();
  let served = 0;
  const server = http.createServer({ keepAliveTimeout: 75_000 }, async (incoming, response) => {
    response.on('error', () => {});
    incoming.on('error', () => {});
    const text = await readText(incoming);
    if (text === null) return;
    served += 1;
    const key = `${incoming.url}\n${text}`;
    const repeat = (repeats.get(key) ?? 0) + 1;
    repeats.set(key, repeat);
    const answer = decide(callOf(incoming, text, createRandom(`${options.seed}\n${repeat}\n${key}`)));
    await play(answer, response, options.slowness);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served: () => served,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function callOf(incoming: IncomingMessage, text: string, random: Random): SimulatedCall {
  const url = new URL(incoming.url ?? '/', 'http://simulated');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    header: (name) => String(incoming.headers[name] ?? ''),
    json: parseObject(text),
    random,
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Null when the client went away before it had said everything. */
async function readText(incoming: IncomingMessage): Promise<string | null> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) pieces.push(piece as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function play(answer: SimulatedAnswer, response: ServerResponse, slowness: number): Promise<void> {
  let debtMs = 0;
  // Timers cannot tell milliseconds apart, so short pauses are saved up and waited for together.
  const pause = async (ms: number) => {
    debtMs += ms * slowness;
    if (debtMs < 8) return;
    const wait = debtMs;
    debtMs = 0;
    await waitUnlessGone(response, wait);
  };
  await pause(answer.headAfterMs);
  if (response.destroyed) return;
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  await pause(answer.bodyAfterMs);
  if (typeof answer.body === 'string') return void response.end(answer.body);
  for (const piece of answer.body) {
    if (response.destroyed) return;
    response.write(piece.bytes);
    await pause(piece.tokens * answer.msPerToken);
  }
  if (answer.end === 'clean') return void response.end();
  // The bytes written so far should arrive before the break.
  await new Promise((resolve) => setTimeout(resolve, 5));
  response.socket?.resetAndDestroy();
}

function waitUnlessGone(response: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    response.once('close', done);
  });
}
