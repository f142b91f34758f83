// A provider that says again what was recorded, in exactly the pieces a test asks for: each piece is one HTTP chunk
// (RFC 9112, 7.1), and an HTTP parser hands chunks on one by one however the network carries them.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { createRequestParser, headerOf, type RequestHead } from '../support/http-request-parser.ts';

/** The request header by which a replay is asked for. */
export const replayHeader = 'x-recorded';

export interface Reply {
  status: number;
  headers: Record<string, string>;
  pieces: Buffer[];
  /** `length`: one body of declared length; `chunked`: as it should be; `torn`: the connection breaks before the last chunk. */
  framing: 'length' | 'chunked' | 'torn';
}

export interface SeenRequest extends RequestHead {
  body: Buffer;
}

export interface ReplayUpstream {
  url: string;
  /** What to answer to the request that carries this name, once. */
  prepare(name: string, reply: Reply): void;
  /** The request of this name as it arrived; forgotten after the call. */
  seen(name: string): SeenRequest | undefined;
  close(): Promise<void>;
}

type NameOf = (head: RequestHead, body: Buffer) => string;
const nameInHeader: NameOf = ({ rawHeaders }) => headerOf(rawHeaders, replayHeader) ?? '';

/** `nameOf`: where a request says which replay it asks for; a translated one keeps no header of the client's. */
export async function startReplayUpstream(nameOf = nameInHeader): Promise<ReplayUpstream> {
  const replies = new Map<string, Reply>();
  const requests = new Map<string, SeenRequest>();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.on('data', receive(socket));
  });

  function receive(socket: Socket): (bytes: Buffer) => void {
    let head: RequestHead;
    let parts: Buffer[] = [];
    return createRequestParser({
      head(next) {
        head = next;
        parts = [];
      },
      body: (bytes) => parts.push(bytes),
      end() {
        const body = Buffer.concat(parts);
        const name = nameOf(head, body);
        const reply = replies.get(name);
        replies.delete(name);
        requests.set(name, { ...head, body });
        if (reply?.framing === 'torn') socket.end(onTheWire(reply));
        else socket.write(reply ? onTheWire(reply) : 'HTTP/1.1 501 Not Recorded\r\ncontent-length: 0\r\n\r\n');
      },
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    prepare: (name, reply) => void replies.set(name, reply),
    seen(name) {
      const request = requests.get(name);
      requests.delete(name);
      return request;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function onTheWire({ status, headers, pieces, framing }: Reply): Buffer {
  const total = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const frame = framing === 'length' ? `content-length: ${total}` : 'transfer-encoding: chunked';
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`HTTP/1.1 ${status} Recorded\r\n${lines.join('')}${frame}\r\n\r\n`, 'latin1');
  if (framing === 'length') return Buffer.concat([head, ...pieces]);
  const end = framing === 'torn' ? '' : '0\r\n\r\n';
  return Buffer.concat([head, ...pieces.filter((piece) => piece.length > 0).map(chunk), Buffer.from(end)]);
}

function chunk(piece: Buffer): Buffer {
  const size = `${piece.length.toString(16)}\r\n`;
  const framed = Buffer.allocUnsafe(size.length + piece.length + 2);
  framed.write(size, 0, 'latin1');
  framed.set(piece, size.length);
  framed.write('\r\n', size.length + piece.length, 'latin1');
  return framed;
}
