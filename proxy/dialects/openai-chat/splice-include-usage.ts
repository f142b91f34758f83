// Makes a streamed chat request ask for its usage, changing as few bytes as possible: everything else stays as it was sent.
import { readField, scanTopLevel, type TopLevelScan } from '../reading/top-level-fields.ts';

const member = '"include_usage":true';

/**
 * The body with `stream_options.include_usage: true` spliced in, or null when there is nothing to do: no streaming request,
 * a client that says itself whether it wants usage, or options that are no object (the provider will say so).
 */
export function spliceIncludeUsage(body: Buffer, scan: TopLevelScan): Buffer | null {
  if (scan.problem !== null || readField(body, scan.fields, 'stream') !== true) return null;
  const range = scan.fields.get('stream_options');
  if (range === undefined) {
    // `stream` is there, so there is a member to follow.
    return splice(body, scan.insertAt, scan.insertAt, `,"stream_options":{${member}}`);
  }
  const options = body.subarray(range.start, range.end);
  if (options.toString('latin1') === 'null') return splice(body, range.start, range.end, `{${member}}`);
  const inner = scanTopLevel(options);
  if (inner.problem !== null || inner.fields.has('include_usage')) return null;
  const at = range.start + inner.insertAt;
  return splice(body, at, at, inner.fields.size === 0 ? member : `,${member}`);
}

function splice(body: Buffer, start: number, end: number, text: string): Buffer {
  return Buffer.concat([body.subarray(0, start), Buffer.from(text, 'latin1'), body.subarray(end)]);
}
