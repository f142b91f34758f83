// Reads the request body whole, within its limit. The bytes stay exactly as they came.
import type { IncomingMessage } from 'node:http';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';

const nothing = Buffer.alloc(0);

/** Fails with SIGHTLINE_BODY_TOO_LARGE, or SIGHTLINE_CLIENT_GONE where the client hung up in the middle. */
export async function readBody(exchange: Exchange, maximumBytes: number): Promise<void> {
  const { request } = exchange;
  const declared = Number(request.headers['content-length'] ?? Number.NaN);
  if (declared > maximumBytes) throw tooLarge(maximumBytes, declared);
  const hasBody = declared > 0 || request.headers['transfer-encoding'] !== undefined;
  exchange.body = hasBody ? await collect(request, maximumBytes) : nothing;
  exchange.readyAt = performance.now();
}

function collect(request: IncomingMessage, maximumBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maximumBytes) {
        // What is still under way is read and dropped, so that the client can read our answer on this connection.
        request.removeAllListeners('data').resume();
        reject(tooLarge(maximumBytes, size));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)));
    request.on('close', () => {
      if (!request.complete) reject(new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away while sending.'));
    });
    request.on('error', () => reject(new ProxyError('SIGHTLINE_CLIENT_GONE', 'The request could not be read.')));
  });
}

function tooLarge(limit: number, found: number): ProxyError {
  return new ProxyError(
    'SIGHTLINE_BODY_TOO_LARGE',
    `The request body has ${found} bytes or more; this proxy takes at most ${limit}. ` +
      'Send less, or raise "proxy.maxBodyBytes" in the configuration.',
  );
}
