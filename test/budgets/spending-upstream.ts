// A provider whose calls cost what the test says: it streams for a while and uses as many tokens as the prompt asks it to.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Dollars per million tokens of answer; requests are free, so that a call's worst case is its `max_tokens`. */
export const outputUsdPerMillion = 100;
export const nanosOfTokens = (tokens: number): number => tokens * outputUsdPerMillion * 1000;

export const overlay = {
  version: 'test',
  rows: ['spender', 'other', 'house', 'dead'].map((provider) => ({
    ...{ provider, model: '*', from: '2020-01-01', input: '0', output: provider === 'house' ? '0' : '100' },
  })),
};

export interface SpendingUpstream {
  url: string;
  /** Models asked for, in their order. */
  asked: string[];
  /** Calls under way. */
  running(): number;
  close(): Promise<void>;
}

export interface SpendingCall {
  model?: string;
  /** What the request limits the answer to, and what the answer takes. */
  maxTokens: number;
  tokens: number;
  /** How long the answer streams. */
  ms?: number;
}

export const spendingRequest = ({ model = 'spender/big', maxTokens, tokens, ms = 0 }: SpendingCall): string =>
  JSON.stringify({
    ...{ model, max_tokens: maxTokens, stream: true, stream_options: { include_usage: true } },
    messages: [{ role: 'user', content: JSON.stringify({ tokens, ms }) }],
  });

export async function startSpendingUpstream(): Promise<SpendingUpstream> {
  const asked: string[] = [];
  let running = 0;
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { model, messages } = JSON.parse(body) as { model: string; messages: { content: string }[] };
    const { tokens, ms } = JSON.parse(messages.at(-1)?.content ?? '{}') as { tokens: number; ms: number };
    asked.push(model);
    running += 1;
    response.on('close', () => {
      running -= 1;
    });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const say = (choices: unknown[], usage: unknown = null) =>
      response.write(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model, choices, usage })}\n\n`,
      );
    const steps = ms > 0 ? 4 : 1;
    for (let step = 0; step < steps; step++) {
      say([{ index: 0, delta: { content: 'word ' }, finish_reason: null }]);
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms / steps));
    }
    say([{ index: 0, delta: {}, finish_reason: 'stop' }]);
    say([], { prompt_tokens: 5, completion_tokens: tokens, total_tokens: 5 + tokens });
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    running: () => running,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export interface Outcome {
  /** 0: the connection broke. */
  status: number;
  /** Answered to the end. */
  complete: boolean;
  code: string;
  message: string;
  headers: Headers;
}

/** Sends one call and reads its answer to the end. Never rejects. */
export async function spend(url: string, call: SpendingCall, headers: Record<string, string> = {}): Promise<Outcome> {
  const outcome: Outcome = { status: 0, complete: false, code: '', message: '', headers: new Headers() };
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: spendingRequest(call),
    });
    outcome.status = response.status;
    outcome.headers = response.headers;
    const text = await response.text();
    outcome.complete = text.includes('[DONE]');
    if (response.status >= 400) {
      const { error } = JSON.parse(text) as { error: { code: string; message: string } };
      Object.assign(outcome, { code: error.code, message: error.message });
    }
  } catch {
    // Whoever answered has died.
  }
  return outcome;
}
