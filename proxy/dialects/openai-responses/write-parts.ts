// Writes what is said and shown as parts of input items. What the assistant said is output, everything else is input.
import type { FilePart, ImagePart, Part, TextPart } from '../neutral/request.ts';
import { urlOf } from '../openai/data-url.ts';
import type { JsonObject } from '../reading/json-reading.ts';

export type InputPart = TextPart | ImagePart | FilePart;

export function isInputPart(part: Part): part is InputPart {
  return part.type === 'text' || part.type === 'image' || part.type === 'file';
}

/** One text is written as a string, which every server of this format takes. */
export function writeContent(parts: readonly InputPart[]): string | JsonObject[] {
  const [first, second] = parts;
  if (first === undefined) return '';
  return first.type === 'text' && second === undefined ? first.text : parts.map(writeInputPart);
}

function writeInputPart(part: InputPart): JsonObject {
  if (part.type === 'text') return { type: 'input_text', text: part.text };
  return part.type === 'image' ? writeImage(part) : writeFile(part);
}

function writeImage({ source, detail }: ImagePart): JsonObject {
  const where = source.kind === 'id' ? { file_id: source.id } : { image_url: urlOf(source) };
  return { type: 'input_image', ...where, detail: detail || 'auto' };
}

function writeFile({ source, name }: FilePart): JsonObject {
  if (source.kind === 'id') return { type: 'input_file', file_id: source.id };
  if (source.kind === 'url') return { type: 'input_file', file_url: source.url };
  // "Missing required parameter: filename": bytes must have one, and its ending must be that of their kind.
  const filename = name || (source.mediaType === 'application/pdf' ? 'document.pdf' : 'document.txt');
  return { type: 'input_file', filename, file_data: urlOf(source) };
}
