// A provider that misbehaves on command: a raw TCP server that notes every byte it is sent, answers exactly the bytes it
// is told to, and remembers when the other side closed or stopped reading. Ready-made behaviours: faulty-behaviours.ts.
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { createRequestParser, headerOf } from './http-request-parser.ts';

/** One request as it came over the wire. Fields fill while it arrives; `arrived` resolves when its body is complete. */
export interface SeenRequest {
  method: string;
  /** The request target as sent, query string included. */
  path: string;
  /** [name, value, name, value, …] in the order and letter case in which they came. */
  rawHeaders: string[];
  /** First value of a header, letter case ignored. */
  header(name: string): string | undefined;
  /** Body bytes received so far, transfer coding removed. */
  body: Buffer;
  complete: boolean;
  arrived: Promise<void>;
  /** 1 for the first connection of this server, 2 for the second …; the same number means the connection was reused. */
  connection: number;
  /** Who ended the connection first, and the `performance.now()` at which this side learned of it; null while open. */
  closed: { by: 'client' | 'upstream'; at: number } | null;
  /** Resolves when the connection is over. */
  gone: Promise<void>;
}

/** What a behaviour answers with. Nothing is added: what is written is what goes out. */
export interface Reply {
  socket: Socket;
  /** Writes raw bytes and waits until they were taken; returns false, without throwing, once the connection is gone. */
  raw(bytes: string | Uint8Array): Promise<boolean>;
  /** Status line and headers. A name may stand twice, and need not be legal. */
  head(status: number, headers: readonly (readonly [string, string])[], reason?: string): Promise<boolean>;
  /** One chunk of the chunked transfer coding; `chunk('')` is left out, `endChunks` writes the last one. */
  chunk(bytes: string | Uint8Array): Promise<boolean>;
  endChunks(): Promise<boolean>;
  /** FIN: a clean end of the connection. */
  close(): void;
  /** RST: the connection breaks. */
  reset(): void;
  /** Bytes the other side's kernel has taken so far on this connection; stops growing when it stops reading. */
  taken(): number;
}

export type Behaviour = (reply: Reply, request: SeenRequest) => void | Promise<void>;

export interface FaultyUpstream {
  /** http://127.0.0.1:<port> */
  url: string;
  port: number;
  requests: SeenRequest[];
  /** Connections accepted so far. */
  connections(): number;
  /** Sets how every request from now on is answered. */
  respond(behaviour: Behaviour): void;
  /** Answers the next request this way; called again, the one after it; then `respond`'s takes over. */
  respondOnce(...behaviours: Behaviour[]): void;
  /** Resolves with the n-th request (1 = first) once its head has come. */
  request(n: number): Promise<SeenRequest>;
  close(): Promise<void>;
}

export interface FaultyUpstreamOptions {
  /** Call the behaviour when the head has come instead of when the body is complete. */
  early?: boolean;
  /** What to do on `Expect: 100-continue`; default `continue`. `ignore` leaves the client waiting for the behaviour. */
  expectation?: 'continue' | 'ignore';
}

/** Starts on 127.0.0.1, a free port. Until told otherwise it answers 200 with `{"ok":true}`. */
export async function startFaultyUpstream(options: FaultyUpstreamOptions = {}): Promise<FaultyUpstream> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const queue: Behaviour[] = [];
  const waiters: (() => void)[] = [];
  let connections = 0;
  let standard: Behaviour = answerOk;

  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    converse(socket, ++connections, {
      options,
      next: () => queue.shift() ?? standard,
      seen: (request) => {
        requests.push(request);
        for (const wake of waiters.splice(0)) wake();
      },
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => connections,
    respond: (behaviour) => {
      standard = behaviour;
    },
    respondOnce: (...behaviours) => {
      queue.push(...behaviours);
    },
    request: async (n) => {
      for (;;) {
        const found = requests[n - 1];
        if (found) return found;
        await new Promise<void>((resolve) => waiters.push(resolve));
      }
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A URL on which nobody listens, so that connecting is refused. */
export async function refusedUrl(): Promise<string> {
  const upstream = await startFaultyUpstream();
  await upstream.close();
  return upstream.url;
}

async function answerOk(reply: Reply): Promise<void> {
  await reply.head(200, [
    ['content-type', 'application/json'],
    ['content-length', '11'],
  ]);
  await reply.raw('{"ok":true}');
}

interface Conversation {
  options: FaultyUpstreamOptions;
  next(): Behaviour;
  seen(request: SeenRequest): void;
}

function converse(socket: Socket, connection: number, { options, next, seen }: Conversation): void {
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const mine: SeenRequest[] = [];
  let arrive = () => {};
  let answered: Promise<void> = Promise.resolve();
  const note = (by: 'client' | 'upstream') => {
    for (const request of mine) request.closed ??= { by, at: performance.now() };
  };
  socket.on('end', () => note('client'));
  socket.on('finish', () => note('upstream'));
  socket.on('error', () => note('client'));
  socket.on('close', () => note('upstream'));

  const answer = (request: SeenRequest) => {
    const behaviour = next();
    answered = answered.then(() => behaviour(createReply(socket), request));
  };
  const parse = createRequestParser({
    head: (head) => {
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      const request: SeenRequest = {
        ...head,
        header: (name) => headerOf(head.rawHeaders, name.toLowerCase()),
        body: Buffer.alloc(0),
        complete: false,
        arrived,
        connection,
        closed: null,
        gone,
      };
      mine.push(request);
      seen(request);
      const expects = request.header('expect')?.toLowerCase() === '100-continue';
      if (expects && options.expectation !== 'ignore') socket.write('HTTP/1.1 100 Continue\r\n\r\n');
      if (options.early || (expects && options.expectation === 'ignore')) answer(request);
    },
    body: (bytes) => {
      const request = mine.at(-1);
      if (request) request.body = Buffer.concat([request.body, bytes]);
    },
    end: () => {
      const request = mine.at(-1);
      if (!request) return;
      request.complete = true;
      arrive();
      const early = options.early || (options.expectation === 'ignore' && request.header('expect') !== undefined);
      if (!early) answer(request);
    },
  });
  socket.on('data', parse);
}

function createReply(socket: Socket): Reply {
  const raw = (bytes: string | Uint8Array): Promise<boolean> =>
    new Promise((resolve) => {
      if (socket.destroyed || socket.writableEnded) return resolve(false);
      const onClose = () => resolve(false);
      socket.once('close', onClose);
      socket.write(bytes, (error) => {
        socket.off('close', onClose);
        resolve(!error);
      });
    });
  return {
    socket,
    raw,
    head: (status, headers, reason = 'Status') =>
      raw(`HTTP/1.1 ${status} ${reason}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`),
    chunk: (bytes) => {
      const body = Buffer.from(bytes);
      if (body.length === 0) return Promise.resolve(true);
      return raw(Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]));
    },
    endChunks: () => raw('0\r\n\r\n'),
    close: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
    taken: () => socket.bytesWritten - socket.writableLength,
  };
}
