// Brings one segment from a stream to a durable file: what the collector has confirmed, it has on disk.
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { DeadLetters } from './dead-letters.ts';
import { syncDirectory } from './durable-file.ts';
import { IngestError } from './ingest-error.ts';
import { type BadLine, createLineSieve, type Sifted } from './line-sieve.ts';

/** Decoded bytes of one segment. One insert holds a segment in memory, so this is a limit on memory too. */
export const maxSegmentBytes: number = 256 * 1024 * 1024;

export interface IntakeOptions {
  name: string;
  /** Decoded bytes. */
  stream: Readable;
  /** `<name>.ndjson` will stand here. */
  directory: string;
  deadLetters: DeadLetters;
  maxBytes: number;
}

export interface TakenIn {
  file: string;
  /** Lines that are records. */
  records: number;
  bytes: number;
}

/** Rejects with an IngestError, and leaves nothing behind, when the body cannot be taken whole. */
export async function takeIn({ name, stream, directory, deadLetters, maxBytes }: IntakeOptions): Promise<TakenIn> {
  const part = path.join(directory, `${name}.part`);
  const file = path.join(directory, `${name}.ndjson`);
  try {
    const { bad, ...written } = await writeLines(part, stream, maxBytes);
    await deadLetters.set(name, 'intake', bad);
    await rename(part, file);
    await syncDirectory(directory);
    return { file, ...written };
  } catch (error) {
    await rm(part, { force: true });
    throw toIngestError(error, name, maxBytes);
  }
}

async function writeLines(part: string, stream: Readable, maxBytes: number) {
  const sieve = createLineSieve();
  const bad: BadLine[] = [];
  let received = 0;
  let bytes = 0;
  const handle = await open(part, 'w');
  const write = async (sifted: Sifted): Promise<void> => {
    bad.push(...sifted.bad);
    for (const buffer of sifted.good) bytes += buffer.length;
    if (sifted.good.length > 0) await writeAll(handle, sifted.good);
  };
  try {
    for await (const chunk of stream) {
      const buffer = chunk as Buffer;
      received += buffer.length;
      if (received > maxBytes) throw new IngestError('too_large', '');
      await write(sieve.push(buffer));
    }
    await write(sieve.end());
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return { records: sieve.records(), bytes, bad };
}

/** writev(2) may write less than it was given, on a full disk for one. */
async function writeAll(handle: Awaited<ReturnType<typeof open>>, buffers: Buffer[]): Promise<void> {
  const wanted = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const { bytesWritten } = await handle.writev(buffers);
  if (bytesWritten < wanted) await handle.writeFile(Buffer.concat(buffers).subarray(bytesWritten));
}

function toIngestError(error: unknown, name: string, maxBytes: number): IngestError {
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (error instanceof IngestError) {
    const found = `segment ${name} is larger than ${maxBytes} bytes. Lower recording.sealAfterBytes of the proxy.`;
    return error.kind === 'too_large' ? new IngestError('too_large', found) : error;
  }
  // A file-system call of ours failed, which says nothing about the segment; a failed read(2) is the sender's socket.
  if (syscall !== undefined && syscall !== 'read') {
    const advice = 'Free disk space or repair the data folder; the proxy keeps the segment and sends it again.';
    const found = `segment ${name} could not be written: ${message}. ${advice}`;
    return new IngestError('disk', found, { retryAfterSeconds: 30, cause: error });
  }
  return new IngestError('broken', `segment ${name} did not arrive whole: ${message}`, { cause: error });
}
