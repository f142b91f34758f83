// Writes the content of chat messages: a string where text is all there is, else parts.
import type { AudioPart, CacheMark, FilePart, ImagePart, Part } from '../neutral/request.ts';
import { urlOf } from '../openai/data-url.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import type { RequestSheet } from './request-sheet.ts';

/** Content of a system or user message. Parts that cannot be said are noted under `path` and left out. */
export function writeContent(parts: readonly Part[], path: string, sheet: RequestSheet): string | JsonObject[] {
  const written: JsonObject[] = [];
  parts.forEach((part, index) => {
    const made = writePart(part, `${path}[${index}]`, sheet);
    if (made !== null) written.push(made);
  });
  return plain(written);
}

/** A single text without marks is written as a string, which every provider takes. */
function plain(parts: JsonObject[]): string | JsonObject[] {
  const [only, another] = parts;
  if (only === undefined) return '';
  const bare = another === undefined && only.type === 'text' && only.cache_control === undefined;
  return bare ? (only.text as string) : parts;
}

function writePart(part: Part, path: string, sheet: RequestSheet): JsonObject | null {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text, ...cacheControl(part, path, sheet) };
    case 'image':
      return writeImage(part, path, sheet);
    case 'audio':
      return writeAudio(part, path, sheet);
    case 'file':
      return writeFile(part, path, sheet);
    default:
      // Calls, results, thoughts and refusals are not content here; see message-writer.ts.
      return null;
  }
}

function writeImage(part: ImagePart, path: string, sheet: RequestSheet): JsonObject | null {
  const url = urlOf(part.source);
  if (url === null) {
    sheet.cannot(path, 'an image by id cannot be said in the chat format', true);
    return null;
  }
  if (!sheet.takesField('image_url', path)) return null;
  const detail = part.detail === '' ? {} : { detail: part.detail };
  return { type: 'image_url', image_url: { url, ...detail }, ...cacheControl(part, path, sheet) };
}

function writeAudio({ source }: AudioPart, path: string, sheet: RequestSheet): JsonObject | null {
  if (source.kind !== 'data') {
    sheet.cannot(path, 'the chat format takes sound as bytes alone', true);
    return null;
  }
  if (!sheet.takesField('input_audio', path)) return null;
  const kind = source.mediaType.replace(/^audio\/(?:x-)?/, '').replace(/;.*$/, '');
  return { type: 'input_audio', input_audio: { data: source.data, format: kind === 'mpeg' ? 'mp3' : kind } };
}

function writeFile(part: FilePart, path: string, sheet: RequestSheet): JsonObject | null {
  if (!sheet.takesField('file', path)) return null;
  const { source } = part;
  const mark = cacheControl(part, path, sheet);
  const named = part.name === '' ? {} : { filename: part.name };
  if (source.kind === 'id') return { type: 'file', file: { file_id: source.id, ...named }, ...mark };
  if (source.kind === 'url' && !sheet.takes('file_url')) {
    sheet.cannot(path, 'a file by address cannot be said in the chat format', true);
    return null;
  }
  // Bytes without a name are refused.
  const name = source.kind === 'url' ? named : { filename: part.name || `file.${endingOf(source.mediaType)}` };
  return { type: 'file', file: { ...name, file_data: urlOf(source) }, ...mark };
}

const endingOf = (mediaType: string): string => (mediaType === 'text/plain' ? 'txt' : mediaType.replace(/^.*\//, ''));

/** Anthropic's mark for those that hand it on; others cache by themselves. */
export function cacheControl(holder: { cache?: CacheMark }, path: string, sheet: RequestSheet): JsonObject {
  if (holder.cache === undefined) return {};
  if (!sheet.takes('cache_control')) {
    sheet.cannot(path, 'the provider takes no cache marks', false);
    return {};
  }
  return { cache_control: { type: 'ephemeral', ...(holder.cache.ttl === '' ? {} : { ttl: holder.cache.ttl }) } };
}
