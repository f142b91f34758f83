// The short way round: /<provider>/* and whatever else of /v1 the pipeline does not know goes through http-proxy-middleware
// unchanged, uploads, audio, batches and WebSockets included. A passive tap meters it; the bytes are never held or altered.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Transform } from 'node:stream';
import { createProxyMiddleware, type RequestHandler } from 'http-proxy-middleware';
import type { ResolvedProvider } from '../configuration/provider.ts';
import { broughtKey } from './access/brought-key.ts';
import { oursClosed } from './access/refusals.ts';
import { openPassage, type Passage, type PassageRooms } from './passage.ts';
import { answerPassthroughError } from './passthrough-error.ts';
import { refuseCrossSite } from './steps/admit.ts';
import { holdPassage } from './steps/hold/passage.ts';
import { pacePassage } from './steps/pace.ts';
import { joinPath } from './upstream/address.ts';
import { type Credential, chooseCredential, needsToken, withoutKey } from './upstream/credential.ts';
import type { GoogleTokens } from './upstream/google-token.ts';
import { isForGateway } from './upstream/headers.ts';

export interface Passthrough {
  /** `tail` is what follows the provider's name, query string included. Answers refusals itself. */
  web(request: IncomingMessage, response: ServerResponse, provider: ResolvedProvider, tail: string): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer, provider: ResolvedProvider, tail: string): void;
}

export function createPassthrough(rooms: PassageRooms & { tokens: GoogleTokens }): Passthrough {
  const passages = new WeakMap<IncomingMessage, Passage>();
  const middleware = forwarder(passages);
  const { tokens } = rooms;
  /** `follow` ties the record to the end of the answer before anything can refuse the call. */
  const open = ({ request, provider, tail, follow }: Opening, forward: () => void): void | Promise<void> => {
    const passage = openPassage(rooms, request, provider, tail);
    passages.set(request, passage);
    follow(passage);
    if (passage.refusal) throw passage.refusal;
    const credential = chooseCredential(provider, broughtKey(request, passage.search));
    const { ours, theirs } = passage.admission;
    if (!(credential.dropClients ? ours : theirs)) throw oursClosed(provider.name);
    passage.credentialHeaders = useCredential(request, { provider, passage, credential });
    if (credential.key) credential.key.uses += 1;
    const waiting = pacePassage(passage, rooms.paceDesk);
    const go = (): void | Promise<void> => {
      const holding = holdPassage(passage, rooms.budgets);
      const depart = (): void | Promise<void> => departWith(passage, credential, forward);
      return holding ? holding.then(depart) : depart();
    };
    return waiting ? waiting.then(go) : go();
  };
  const departWith = (passage: Passage, credential: Credential, forward: () => void): void | Promise<void> => {
    const { provider } = passage;
    if (!needsToken(provider, credential)) return forward();
    return tokens.tokenFor(provider.name, provider.serviceAccount).then((token) => {
      passage.credentialHeaders.authorization = `Bearer ${token}`;
      forward();
    });
  };
  /** Waits for nothing where no token has to be fetched. */
  const attempt = (opening: Opening, forward: () => void, answer: ServerResponse | Socket): void => {
    const refuse = (error: unknown): void =>
      answerPassthroughError(error, answer, passages.get(opening.request) ?? null, opening.provider);
    try {
      open(opening, forward)?.catch(refuse);
    } catch (error) {
      refuse(error);
    }
  };
  return {
    web(request, response, provider, tail) {
      const follow = (passage: Passage): void => followResponse(response, passage);
      attempt({ request, provider, tail, follow }, () => void middleware(request, response, () => {}), response);
    },
    upgrade(request, socket, head, provider, tail) {
      const follow = (passage: Passage): void => followSocket(socket, passage);
      attempt({ request, provider, tail, follow }, () => middleware.upgrade(request, socket, head), socket);
    },
  };
}

interface Opening {
  request: IncomingMessage;
  provider: ResolvedProvider;
  tail: string;
  follow(passage: Passage): void;
}

/** Takes out of the request what must not go on. Returns what has to be added. */
function useCredential(
  request: IncomingMessage,
  { provider, passage, credential }: { provider: ResolvedProvider; passage: Passage; credential: Credential },
): Record<string, string> {
  refuseCrossSite(request.headers['sec-fetch-site'], credential);
  for (const name of Object.keys(request.headers)) {
    if (isForGateway(name)) delete request.headers[name];
  }
  // Node has answered an expectation already; passed on, it would keep the forwarder from setting headers.
  for (const name of ['expect', 'proxy-authorization', 'keep-alive', 'te', 'forwarded', 'via'])
    delete request.headers[name];
  if (credential.dropClients) {
    for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']) delete request.headers[name];
    passage.search = withoutKey(passage.search);
  }
  const added: Record<string, string> = { ...provider.headers };
  for (let i = 0; i < credential.headers.length; i += 2) {
    added[credential.headers[i] as string] = credential.headers[i + 1] as string;
  }
  return added;
}

function forwarder(passages: WeakMap<IncomingMessage, Passage>): RequestHandler {
  const of = (request: IncomingMessage): Passage => passages.get(request) as Passage;
  return createProxyMiddleware<IncomingMessage, ServerResponse>({
    changeOrigin: true,
    followRedirects: false,
    ejectPlugins: true,
    router(request, response, options) {
      const passage = of(request);
      options.headers = passage.credentialHeaders;
      // A listener on the request itself would start its flow before the upstream is there (tested); a stream in
      // between is read at the upstream's pace.
      if (response && request.method !== 'GET' && request.method !== 'HEAD') options.buffer = tapped(request, passage);
      return passage.address.origin;
    },
    pathRewrite: (_path, request) => joinPath(of(request).address.prefix, of(request).tail) + of(request).search,
    plugins: [
      (server) => {
        server.on('proxyRes', (answer, request) => of(request).answered(answer));
        server.on('proxyReqWs', (call, request) => {
          call.on('upgrade', (answer, socket) => of(request).upgraded(answer, socket));
          call.on('response', (answer: IncomingMessage) => of(request).answered(answer));
        });
        server.on('error', (error, request, response) => {
          if (!request) return;
          const passage = passages.get(request);
          if (passage) answerPassthroughError(error, response ?? request.socket, passage, passage.provider);
        });
      },
    ],
  });
}

function tapped(request: IncomingMessage, passage: Passage): Transform {
  const tap = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      passage.sent(chunk);
      callback(null, chunk);
    },
  });
  request.on('error', (error) => tap.destroy(error));
  request.on('close', () => {
    if (!request.complete) tap.destroy();
  });
  tap.on('error', () => {});
  return request.pipe(tap);
}

function followResponse(response: ServerResponse, passage: Passage): void {
  response.on('close', () => {
    const complete = response.writableFinished;
    passage.close({ httpStatus: response.headersSent ? response.statusCode : null, clientGone: !complete, complete });
  });
}

function followSocket(socket: Socket, passage: Passage): void {
  socket.on('close', () => passage.close({ httpStatus: passage.status ?? 101, clientGone: false, complete: true }));
}
