// Bytes inside a request as OpenAI writes them: `data:` URLs (RFC 2397).
import type { Source } from '../neutral/request.ts';

/** An address, or the bytes in it. */
export function sourceOf(url: string): Source {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const comma = url.indexOf(',');
  if (comma === -1) return { kind: 'url', url };
  const head = url.slice(5, comma);
  const semicolon = head.indexOf(';');
  const mediaType = (semicolon === -1 ? head : head.slice(0, semicolon)) || 'text/plain';
  const body = url.slice(comma + 1);
  const data = /;base64$/i.test(head) ? body : Buffer.from(percentDecoded(body)).toString('base64');
  return { kind: 'data', mediaType, data };
}

/** Null where the bytes are in the provider's keeping, which no URL can say. */
export function urlOf(source: Source): string | null {
  if (source.kind === 'url') return source.url;
  return source.kind === 'data' ? `data:${source.mediaType};base64,${source.data}` : null;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
