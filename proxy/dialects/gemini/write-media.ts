// Images, audio and files as Gemini takes them: bytes inline, or an address that Google fetches.
import type { Source } from '../neutral/request.ts';

/** Google guesses no type from an address, so the name's ending has to tell. */
const mediaTypes: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  ogg: 'audio/ogg',
  mp4: 'video/mp4',
  webm: 'video/webm',
};

export interface Media {
  source: Source;
  /** A file name, which may tell the type where the source does not; ''. */
  name: string;
  /** The type when nothing else tells. */
  fallback: string;
}

/** Null for what stands in another provider's keeping. */
export function mediaPart({ source, name, fallback }: Media): Record<string, unknown> | null {
  if (source.kind === 'id') return null;
  if (source.kind === 'data')
    return { inlineData: { mimeType: source.mediaType || typeOf(name) || fallback, data: source.data } };
  return { fileData: { mimeType: typeOf(source.url) || typeOf(name) || fallback, fileUri: source.url } };
}

function typeOf(name: string): string {
  const ending = /\.([a-z0-9]{2,4})(?:[?#]|$)/i.exec(name)?.[1] ?? '';
  return mediaTypes[ending.toLowerCase()] ?? '';
}
