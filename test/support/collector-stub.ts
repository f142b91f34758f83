// A small real collector for tests: takes segments over HTTP, keeps them by name, and can be told to fail in every way
// that loses an answer.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { zstdDecompressSync } from 'node:zlib';
import { SegmentRecord as Schema, type SegmentRecord } from '../../contract/segment.ts';

/** What to do with one delivery. `lost` keeps the segment and cuts the line before the answer. */
export type Fault = 'none' | 'error' | 'busy' | 'hang' | 'reset' | 'lost' | 'refuse' | 'unauthorized' | 'not a receipt';

export interface CollectorStub {
  url: string;
  /** First body of each name taken, as text. */
  segments: Map<string, string>;
  /** Every delivery that arrived whole, doubles included. */
  deliveries: { name: string; text: string; headers: http.IncomingHttpHeaders }[];
  fault: (name: string) => Fault;
  /** Parsed and checked against the contract. */
  records(): SegmentRecord[];
  close(): Promise<void>;
}

export async function startCollectorStub(port = 0): Promise<CollectorStub> {
  const stub: Omit<CollectorStub, 'url' | 'close'> = {
    segments: new Map(),
    deliveries: [],
    fault: () => 'none',
    records: () => [...stub.segments.values()].flatMap(parseSegment),
  };
  const server = http.createServer((request, response) => {
    // Of the access document it knows nothing, as a collector of an older version.
    if (request.method === 'GET') return void response.writeHead(404).end();
    const name = request.url?.split('/').at(-1) ?? '';
    const fault = stub.fault(name);
    if (fault === 'reset') return void request.socket.resetAndDestroy();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = zstdDecompressSync(Buffer.concat(chunks)).toString();
      answer(stub, { name, text, fault, request, response });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(stub, { url, close });
}

export function parseSegment(text: string): SegmentRecord[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Schema.parse(JSON.parse(line)));
}

interface Delivery {
  name: string;
  text: string;
  fault: Fault;
  request: http.IncomingMessage;
  response: http.ServerResponse;
}

const statuses: Partial<Record<Fault, number>> = { error: 500, busy: 429, refuse: 422, unauthorized: 401 };

function answer(
  stub: Pick<CollectorStub, 'segments' | 'deliveries'>,
  { name, text, fault, request, response }: Delivery,
): void {
  stub.deliveries.push({ name, text, headers: request.headers });
  const status = statuses[fault];
  if (status) return void response.writeHead(status).end('{"error":{"code":"STUB","message":"as asked"}}');
  if (fault === 'hang') return;
  if (fault === 'not a receipt') return void response.end('<html>hello</html>');
  const duplicate = stub.segments.has(name);
  if (!duplicate) stub.segments.set(name, text);
  if (fault === 'lost') return void request.socket.resetAndDestroy();
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ segment: name, records: text.split('\n').length - 1, duplicate }));
}
