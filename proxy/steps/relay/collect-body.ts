// The body of a refusal, whole: small, and needed before anybody can say what it means.
import { type Exchange, elapsedMs } from '../../exchange.ts';
import { createBodyDecoder, encodingsOf } from '../../observe/body-decoder.ts';
import type { Answered } from '../attempt.ts';

/** More than this is no refusal that anybody meant to be read. */
const mostBytes = 1024 * 1024;

/** Decoded; what came of it where the connection broke. Never rejects. The record sees every byte. */
export async function collectBody(exchange: Exchange, { call, tap }: Answered, encoding: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve) => {
    call.attach({
      data(chunk) {
        tap?.responseBytes(chunk, elapsedMs(exchange));
        size += chunk.length;
        if (size <= mostBytes) parts.push(Buffer.from(chunk));
        return true;
      },
      end: resolve,
      error: () => resolve(),
    });
  });
  return decoded(Buffer.concat(parts), encodingsOf(encoding));
}

async function decoded(body: Buffer, encodings: string[]): Promise<Buffer> {
  if (encodings.length === 0) return body;
  const plain: Buffer[] = [];
  try {
    const limits = { bytes: mostBytes, ratio: 500, ratioFrom: mostBytes };
    const decoder = createBodyDecoder(encodings, limits, (bytes) => void plain.push(bytes));
    await decoder.push(body);
    await decoder.end();
  } catch {
    // What can be read of it has to do.
  }
  return Buffer.concat(plain);
}
