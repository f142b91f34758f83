// Reads what is said and shown in a message, and what a tool gave back: a string, or parts of text, images and files.
import type { AudioPart, CacheMark, FilePart, ImagePart, RefusalPart, Source, TextPart } from '../neutral/request.ts';
import { sourceOf } from '../openai/data-url.ts';
import { objectAt, optionalText, refuse, textAt } from '../openai/expected.ts';
import type { JsonObject } from '../reading/json-reading.ts';

export type ContentPart = TextPart | ImagePart | AudioPart | FilePart | RefusalPart;

/** Parts of kinds that have no neutral word go to `beyond` under their path. */
export function readParts(content: unknown, path: string, beyond: JsonObject): ContentPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (content === undefined || content === null) return [];
  if (!Array.isArray(content)) return refuse(path, 'text or a list of parts', content);
  const parts: ContentPart[] = [];
  content.forEach((entry, index) => {
    const at = `${path}[${index}]`;
    const part = readPart(objectAt(entry, at), at);
    if (part === null) beyond[at] = entry;
    else parts.push(part);
  });
  return parts;
}

function readPart(part: JsonObject, path: string): ContentPart | null {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: textAt(part.text, `${path}.text`), ...cacheMark(part) };
    case 'refusal':
      return { type: 'refusal', text: textAt(part.refusal, `${path}.refusal`) };
    case 'input_image':
      return readImage(part, path);
    case 'input_file':
      return readFile(part, path);
    case 'input_audio':
      return readAudio(part, path);
    default:
      if (typeof part.type !== 'string') refuse(`${path}.type`, 'the kind of the part', part.type);
      return null;
  }
}

function readImage(part: JsonObject, path: string): ImagePart {
  const id = optionalText(part, 'file_id', `${path}.file_id`);
  const source: Source = id === '' ? sourceOf(textAt(part.image_url, `${path}.image_url`)) : { kind: 'id', id };
  return { type: 'image', source, detail: optionalText(part, 'detail', `${path}.detail`), ...cacheMark(part) };
}

function readFile(part: JsonObject, path: string): FilePart {
  const name = optionalText(part, 'filename', `${path}.filename`);
  return { type: 'file', source: sourceOfFile(part, path), name, ...cacheMark(part) };
}

function sourceOfFile(part: JsonObject, path: string): Source {
  const id = optionalText(part, 'file_id', `${path}.file_id`);
  if (id !== '') return { kind: 'id', id };
  const url = optionalText(part, 'file_url', `${path}.file_url`);
  if (url !== '') return { kind: 'url', url };
  const data = textAt(part.file_data, `${path}.file_data`);
  // The guide shows data URLs; bare base64 is taken too, and then it is a PDF: for years no other kind was.
  return data.startsWith('data:') ? sourceOf(data) : { kind: 'data', mediaType: 'application/pdf', data };
}

/** The SDK's types have it, though no model of this API hears yet. */
function readAudio(part: JsonObject, path: string): AudioPart {
  const audio = objectAt(part.input_audio, `${path}.input_audio`);
  const format = textAt(audio.format, `${path}.input_audio.format`);
  const mediaType = format === 'mp3' ? 'audio/mpeg' : `audio/${format}`;
  return {
    type: 'audio',
    source: { kind: 'data', mediaType, data: textAt(audio.data, `${path}.input_audio.data`) },
  };
}

/** OpenAI's breakpoint has no life of its own: how long it holds stands in prompt_cache_options. */
function cacheMark(part: JsonObject): { cache?: CacheMark } {
  const marked = part.prompt_cache_breakpoint !== undefined && part.prompt_cache_breakpoint !== null;
  return marked ? { cache: { ttl: '' } } : {};
}
