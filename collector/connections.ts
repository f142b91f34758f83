// Lets the server close in bounded time. Node closes idle connections itself, but counts one that never carried a request
// (browsers and HTTP clients open them ahead of need) as busy, and waits for a stalled download without end.
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** When `app` closes: unused connections go at once, answers under way get `graceMs`. */
export function closeInTime(app: FastifyInstance, graceMs: number): void {
  const unused = new Set<Socket>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', (request) => unused.delete(request.socket));
  app.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
    setTimeout(() => app.server.closeAllConnections(), graceMs).unref();
  });
}
