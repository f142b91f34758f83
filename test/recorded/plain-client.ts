// The client of the recorded suite: sends bytes as they are, keeps what comes back as it is, on few kept connections.
import { Agent } from 'undici';

export interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Received {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** Sizes of the pieces in which the body came. */
  pieces: number[];
}

export interface PlainClient {
  /** Rejects when the connection breaks before the answer is complete, or falls silent for good. */
  send(request: Sent): Promise<Received>;
  close(): Promise<void>;
}

export function createPlainClient(connections: number): PlainClient {
  // An answer that is a byte short of its declared length would be waited for until the whole suite is given up.
  const agent = new Agent({ connections, headersTimeout: 15_000, bodyTimeout: 15_000 });
  return {
    send: ({ url, method, headers, body }) =>
      new Promise((resolve, reject) => {
        const { origin, pathname, search } = new URL(url);
        const parts: Buffer[] = [];
        let head: Pick<Received, 'status' | 'headers'>;
        agent.dispatch(
          { origin, path: pathname + search, method: method as 'POST', headers, body: body.length > 0 ? body : null },
          {
            onRequestStart() {},
            onResponseStart: (_controller, status, answered) => {
              head = { status, headers: answered };
            },
            onResponseData: (_controller, bytes) => void parts.push(bytes),
            onResponseEnd: () =>
              resolve({ ...head, body: Buffer.concat(parts), pieces: parts.map((part) => part.length) }),
            onResponseError: (_controller, error) => reject(error),
          },
        );
      }),
    close: () => agent.close(),
  };
}

/** Runs all jobs, at most `width` at a time. */
export async function inParallel<T>(jobs: readonly T[], width: number, run: (job: T) => Promise<void>): Promise<void> {
  const left = jobs.values();
  const lane = async (): Promise<void> => {
    for (const job of left) await run(job);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
