// A provider that remembers what it was sent, headers and all, and gives the shortest answer of the format it is asked in.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Sent {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HeaderUpstream {
  url: string;
  requests: Sent[];
  /** Answers with these instead, from now on; null: as the format wants it. */
  answer: { status: number; headers?: Record<string, string>; body: unknown } | null;
  close(): Promise<void>;
}

export async function startHeaderUpstream(): Promise<HeaderUpstream> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url ?? '';
    self.requests.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const { status, headers, body } = self.answer ?? { status: 200, headers: {}, body: shortest(path) };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const self: HeaderUpstream = {
    ...{ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: [], answer: null },
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
  return self;
}

function shortest(path: string): unknown {
  if (path.includes('enerateContent'))
    return { candidates: [{ content: { role: 'model', parts: [{ text: 'Yes.' }] }, finishReason: 'STOP' }] };
  if (path.endsWith('/messages') || path.endsWith(':rawPredict'))
    return {
      ...{ id: 'm', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn', stop_sequence: null },
      ...{ content: [{ type: 'text', text: 'Yes.' }], usage: { input_tokens: 1, output_tokens: 1 } },
    };
  if (path.endsWith('/v2/chat'))
    return {
      id: 'c',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: 'Y' }] },
    };
  if (path.endsWith('/responses'))
    return { id: 'resp_1', object: 'response', status: 'completed', model: 'm', output: [], usage: null };
  return {
    ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm' },
    choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}
