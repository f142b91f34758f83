// PUT /v1/segments/:name: takes a segment from a proxy, unpacks it on the way through and hands it to ingest. The body is
// never held in memory, and the 200 is only sent once ingest has the segment on its own disk.
import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem } from '../contract/questions/problem.ts';
import { SegmentName, SegmentReceipt } from '../contract/segment.ts';
import { CollectorError } from './errors.ts';

/** As it travels; ingest limits what it unpacks to. */
const mostBytes = 64 * 1024 * 1024;

export interface SegmentTaker {
  accept(name: string, stream: Readable): Promise<SegmentReceipt>;
}

export async function takeSegments(app: FastifyInstance, ingest: SegmentTaker): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, body, done) => done(null, body));

  app.put(
    '/v1/segments/:name',
    {
      bodyLimit: mostBytes,
      schema: {
        summary: 'Take in one segment of NDJSON records; again under the same name changes nothing',
        params: z.object({ name: z.string() }),
        consumes: ['application/x-ndjson'],
        response: { 200: SegmentReceipt, '4xx': Problem, 503: Problem },
      } as object,
    },
    async (request, reply) => {
      const { name } = request.params as { name: string };
      if (!SegmentName.safeParse(name).success) throw new CollectorError('segment_name', { name });
      try {
        return await accept(ingest, name, request);
      } catch (error) {
        // What is left of the body is not read; the connection cannot be used again.
        reply.header('connection', 'close');
        throw error;
      }
    },
  );
}

async function accept(ingest: SegmentTaker, name: string, request: FastifyRequest): Promise<SegmentReceipt> {
  const fault: Fault = { error: null };
  const body = unpacked(name, request, fault);
  try {
    return await ingest.accept(name, body);
  } catch (error) {
    throw fault.error ?? fromIngest(error, name);
  } finally {
    body.destroy();
  }
}

/** What went wrong on the way to ingest, which only sees that its stream broke. */
interface Fault {
  error: CollectorError | null;
}

function unpacked(name: string, request: FastifyRequest, fault: Fault): Readable {
  const limit = limited(name, fault);
  const decoder = decoderFor(request.headers['content-encoding']);
  const source = (request.body ?? request.raw) as Readable;
  // The callback keeps pipeline from throwing; ingest learns of the error from the stream it reads.
  const done = () => {};
  if (decoder === null) return pipeline(source, limit, done);
  decoder.once('error', (error: NodeJS.ErrnoException) => {
    const premature = error.code === 'ERR_STREAM_PREMATURE_CLOSE' || (request.raw.destroyed && !request.raw.complete);
    if (!premature) fault.error ??= new CollectorError('segment_broken', { name, found: error.message });
  });
  return pipeline(source, limit, decoder, done);
}

function decoderFor(encoding: string | undefined): Transform | null {
  const found = (encoding ?? 'identity').trim().toLowerCase();
  if (found === 'identity') return null;
  if (found === 'zstd') return createZstdDecompress();
  if (found === 'gzip') return createGunzip();
  throw new CollectorError('segment_encoding', { found });
}

function limited(name: string, fault: Fault): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= mostBytes) return done(null, chunk);
      fault.error ??= new CollectorError('segment_too_large', { name, limit: mostBytes });
      done(fault.error);
    },
  });
}

/** IngestError, known by its name: kind says what happened. */
function fromIngest(error: unknown, name: string): Error {
  const {
    name: type,
    kind,
    message,
    retryAfterSeconds,
  } = error as Error & {
    kind?: string;
    retryAfterSeconds?: number | null;
  };
  if (type !== 'IngestError') return error as Error;
  const retryAfter = retryAfterSeconds ?? 2;
  if (kind === 'busy') return new CollectorError('collector_busy', {}, retryAfter);
  if (kind === 'stopping') return new CollectorError('collector_stopping', {}, retryAfter);
  if (kind === 'disk') return new CollectorError('disk_full', { found: message }, retryAfter);
  if (kind === 'too_large') return new CollectorError('segment_too_large', { name, limit: 256 * 1024 * 1024 });
  if (kind === 'name') return new CollectorError('segment_name', { name });
  return new CollectorError('segment_incomplete', { found: message }, retryAfter);
}
