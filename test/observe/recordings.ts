// The recorded exchanges that lie beside the repository, and the ways of cutting their bytes. Not a suite itself.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Recording {
  id: string;
  provider: string;
  stream: boolean;
  request: { method: string; path: string; headers: Record<string, string>; body: { text?: string } | null };
  response: { status: number; contentType: string; headers: Record<string, string>; bytes: Buffer };
}

const folder = path.resolve(import.meta.dirname, '../../../shared/recorded');

/** All recordings of a file such as "openai-chat"; null, after saying so loudly, when the folder is not there. */
export function recordedFiles(): string[] | null {
  if (existsSync(folder))
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => name.slice(0, -6));
  process.stderr.write(`\n*** LEFT OUT: recorded exchanges are not at ${path.relative(process.cwd(), folder)} ***\n`);
  return null;
}

export function readRecordings(file: string): Recording[] {
  const lines = readFileSync(path.join(folder, `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const { id, provider, stream, request, response } = JSON.parse(line);
    const { text, base64 } = response.body;
    const bytes = text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text);
    const { status, headers } = response;
    const contentType = headers['content-type'] ?? '';
    return { id, provider, stream, request, response: { status, contentType, headers, bytes } };
  });
}

/** Reference data beside the repository, or null, loudly. */
export function readSharedJson(name: string): unknown {
  const file = path.resolve(import.meta.dirname, '../../../shared/data', name);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  process.stderr.write(`\n*** LEFT OUT: reference data is not at ${path.relative(process.cwd(), file)} ***\n`);
  return null;
}

export type Chunking = (bytes: Buffer) => Buffer[];

/** Five ways of cutting the same bytes, the unkind ones included. */
export const chunkings: Record<string, Chunking> = {
  whole: (bytes) => [bytes],
  'per event': (bytes) => cutAt(bytes, eventEnds(bytes)),
  'one byte': (bytes) => Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)),
  'inside a UTF-8 character': (bytes) =>
    cutAt(
      bytes,
      offsets(bytes, (byte) => (byte & 0xc0) === 0x80),
    ),
  'inside CRLF': (bytes) =>
    cutAt(
      bytes,
      offsets(bytes, (byte, before) => byte === 0x0a && before === 0x0d),
    ),
};

export function cutAt(bytes: Buffer, ends: number[]): Buffer[] {
  const edges = [0, ...ends.filter((end) => end > 0 && end < bytes.length), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

function offsets(bytes: Buffer, hit: (byte: number, before: number) => boolean): number[] {
  const found: number[] = [];
  for (let at = 1; at < bytes.length; at++) if (hit(bytes[at] as number, bytes[at - 1] as number)) found.push(at);
  return found;
}

function eventEnds(bytes: Buffer): number[] {
  return [...bytes.toString('latin1').matchAll(/\r?\n\r?\n/g)].map((match) => match.index + match[0].length);
}
