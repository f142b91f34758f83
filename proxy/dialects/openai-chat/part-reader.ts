// Reads the content of chat messages: a string, or parts of text, images, sound and files.
import type { AudioPart, CacheMark, FilePart, ImagePart, Part, RefusalPart, TextPart } from '../neutral/request.ts';
import { sourceOf } from '../openai/data-url.ts';
import { objectAt, optionalText, refuse, textAt } from '../openai/expected.ts';
import { asObject, type JsonObject } from '../reading/json-reading.ts';

export type ContentPart = TextPart | ImagePart | AudioPart | FilePart | RefusalPart;

/** Parts of kinds that have no neutral word (`video_url` …) go to `beyond` under their path. */
export function readContent(content: unknown, path: string, beyond: JsonObject): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (content === undefined || content === null) return [];
  if (!Array.isArray(content)) return refuse(path, 'text or a list of parts', content);
  const parts: ContentPart[] = [];
  content.forEach((entry, index) => {
    const at = `${path}[${index}]`;
    const part = typeof entry === 'string' ? { type: 'text', text: entry } : objectAt(entry, at);
    const read = readPart(part, at);
    if (read === null) beyond[at] = part;
    else parts.push(read);
  });
  return parts;
}

function readPart(part: JsonObject, path: string): ContentPart | null {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: textAt(part.text, `${path}.text`), ...cacheMark(part) };
    case 'image_url':
      return readImage(part, `${path}.image_url`);
    case 'input_audio':
      return readAudio(part, `${path}.input_audio`);
    case 'file':
      return readFile(part, `${path}.file`);
    case 'refusal':
      return { type: 'refusal', text: textAt(part.refusal, `${path}.refusal`) };
    default:
      if (typeof part.type !== 'string') refuse(`${path}.type`, 'the kind of the part', part.type);
      return null;
  }
}

/** `{url, detail}`; Mistral's clients write the URL alone. */
function readImage(part: JsonObject, path: string): ImagePart {
  const image = typeof part.image_url === 'string' ? { url: part.image_url } : objectAt(part.image_url, path);
  const source = sourceOf(textAt(image.url, `${path}.url`));
  return { type: 'image', source, detail: optionalText(image, 'detail', `${path}.detail`), ...cacheMark(part) };
}

function readAudio(part: JsonObject, path: string): AudioPart {
  const audio = objectAt(part.input_audio, path);
  const format = textAt(audio.format, `${path}.format`);
  const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
  return { type: 'audio', source: { kind: 'data', mediaType, data: textAt(audio.data, `${path}.data`) } };
}

/** By id, or as `file_data`: a data URL, an address (OpenRouter) or bare base64 of a PDF, as OpenAI first took it. */
function readFile(part: JsonObject, path: string): FilePart {
  const file = objectAt(part.file, path);
  const name = optionalText(file, 'filename', `${path}.filename`);
  const id = optionalText(file, 'file_id', `${path}.file_id`);
  if (id !== '') return { type: 'file', source: { kind: 'id', id }, name, ...cacheMark(part) };
  const data = textAt(file.file_data, `${path}.file_data`);
  const source = /^(?:data:|https?:)/.test(data.slice(0, 6))
    ? sourceOf(data)
    : { kind: 'data' as const, mediaType: 'application/pdf', data };
  return { type: 'file', source, name, ...cacheMark(part) };
}

/** Anthropic's mark, which OpenRouter and LiteLLM take on parts of chat messages. */
export function cacheMark(holder: JsonObject): { cache?: CacheMark } {
  const mark = asObject(holder.cache_control);
  if (mark === null) return {};
  return { cache: { ttl: mark.ttl === '5m' || mark.ttl === '1h' ? mark.ttl : '' } };
}

/** The same mark on a whole message (LiteLLM): it closes the last part that can bear one. */
export function withMessageMark<P extends Part>(parts: P[], message: JsonObject): P[] {
  const mark = cacheMark(message);
  const last = parts.at(-1);
  if (mark.cache === undefined || last === undefined) return parts;
  if (last.type !== 'text' && last.type !== 'image' && last.type !== 'file') return parts;
  return [...parts.slice(0, -1), { ...last, ...mark }];
}
