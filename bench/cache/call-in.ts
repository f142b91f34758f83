// A call that a server takes without a socket: what comes in is there at once, and what goes out is only counted.
import { IncomingMessage, type OutgoingHttpHeaders, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

export interface CalledIn {
  status: number;
  headers: OutgoingHttpHeaders;
  /** From the request's arrival to the last byte of the answer. */
  milliseconds: number;
  /** Nobody else was given the core meanwhile. */
  undisturbed: boolean;
}

/** Takes every byte at once. */
class Drain extends Socket {
  override _write(_chunk: unknown, _encoding: string, taken: () => void): void {
    taken();
  }
  override _writev(_chunks: unknown, taken: () => void): void {
    taken();
  }
}

function localSocket(): Socket {
  return Object.defineProperty(new Drain(), 'remoteAddress', { value: '127.0.0.1' });
}

export function callIn(server: Server, url: string, body: string): Promise<CalledIn> {
  const socket = localSocket();
  const request = new IncomingMessage(socket);
  const bytes = Buffer.from(body);
  const given = { host: 'bench', 'content-type': 'application/json', 'content-length': String(bytes.length) };
  Object.assign(request, { method: 'POST', url, headers: given, rawHeaders: Object.entries(given).flat() });
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  let head: Pick<CalledIn, 'status' | 'headers'> = { status: 0, headers: {} };
  const writeHead = response.writeHead.bind(response) as (status: number, headers: string[]) => ServerResponse;
  response.writeHead = ((status: number, headers: string[]) => {
    head = { status, headers: byName(headers) };
    return writeHead(status, headers);
  }) as typeof response.writeHead;
  return new Promise((resolve) => {
    const before = process.resourceUsage().involuntaryContextSwitches;
    const began = performance.now();
    response.on('finish', () => {
      const milliseconds = performance.now() - began;
      const undisturbed = process.resourceUsage().involuntaryContextSwitches === before;
      resolve({ ...head, milliseconds, undisturbed });
    });
    server.emit('request', request, response);
    request.push(bytes);
    request.complete = true;
    request.push(null);
  });
}

function byName(headers: readonly string[]): OutgoingHttpHeaders {
  const named: OutgoingHttpHeaders = {};
  for (let i = 0; i < headers.length; i += 2) named[headers[i] as string] = headers[i + 1];
  return named;
}
