// Writes parts of messages as content blocks. Empty text is left out: the API answers "text content blocks must be non-empty".
import type { FilePart, ImagePart, Part, ReasoningPart, ToolResultPart } from '../neutral/request.ts';
import { toolInput } from './tool-input.ts';
import type { Writing } from './writing.ts';

export type Block = Record<string, unknown>;

const imageTypes = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** Ids that Anthropic's files API gives; those of other providers are nothing to it. */
const fileId = /^file_/;

export interface PartOptions {
  field: string;
  role: 'user' | 'assistant' | 'system';
  writing: Writing;
  callId(id: string): string;
}

/** Null for what says nothing here; tool results are written by writeResult. */
export function writePart(part: Part, options: PartOptions): Block | null {
  const { field, role, writing } = options;
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? null : { type: 'text', text: part.text, ...writing.mark(part.cache) };
    case 'refusal':
      return part.text.trim() === '' ? null : { type: 'text', text: part.text };
    case 'reasoning':
      return role === 'assistant' ? writeReasoning(part) : null;
    case 'tool-call':
      return { type: 'tool_use', id: options.callId(part.id), name: part.name, input: toolInput(part.arguments) };
    case 'image':
    case 'file':
      if (role === 'user') return writeAttachment(part, field, writing);
      writing.refuse(field, `Anthropic takes no ${part.type} in ${role} messages`);
      return null;
    case 'audio':
      writing.refuse(field, 'Anthropic takes no audio');
      return null;
    case 'tool-result':
      return null;
  }
}

export function writeResult(part: ToolResultPart, id: string, field: string, writing: Writing): Block {
  const content = part.content.flatMap<Block>((inner, index) => {
    if (inner.type !== 'text') return writeAttachment(inner, `${field}.content[${index}]`, writing) ?? [];
    return inner.text.trim() === '' ? [] : { type: 'text', text: inner.text, ...writing.mark(inner.cache) };
  });
  return {
    type: 'tool_result',
    tool_use_id: id,
    ...(content.length > 0 && { content }),
    ...(part.failed && { is_error: true }),
    ...writing.mark(part.cache),
  };
}

/** Thoughts go back only with Anthropic's own seal; it refuses others. */
function writeReasoning({ text, seal }: ReasoningPart): Block | null {
  if (seal?.origin !== 'anthropic') return null;
  if (seal.kind === 'redacted') return { type: 'redacted_thinking', data: seal.value };
  return { type: 'thinking', thinking: text, signature: seal.value };
}

function writeAttachment(part: ImagePart | FilePart, field: string, writing: Writing): Block | null {
  const source = part.type === 'image' ? imageSource(part, field, writing) : fileSource(part, field, writing);
  if (source === null) return null;
  if (part.type === 'image') return { type: 'image', source, ...writing.mark(part.cache) };
  return { type: 'document', source, ...(part.name !== '' && { title: part.name }), ...writing.mark(part.cache) };
}

function imageSource({ source, detail }: ImagePart, field: string, writing: Writing): Block | null {
  if (detail === 'low' || detail === 'high') writing.note(`${field}.detail`, 'Anthropic chooses the detail itself');
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (source.kind === 'id') return keptFile(source.id, field, writing);
  const mediaType = source.mediaType === 'image/jpg' ? 'image/jpeg' : source.mediaType;
  if (imageTypes.has(mediaType)) return { type: 'base64', media_type: mediaType, data: source.data };
  writing.refuse(field, `Anthropic takes no images of type "${source.mediaType}"`);
  return null;
}

function fileSource({ source }: FilePart, field: string, writing: Writing): Block | null {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (source.kind === 'id') return keptFile(source.id, field, writing);
  const { mediaType, data } = source;
  if (mediaType === 'application/pdf') return { type: 'base64', media_type: mediaType, data };
  if (/^text\/|[/+](?:json|xml|yaml)$/.test(mediaType)) {
    return { type: 'text', media_type: 'text/plain', data: Buffer.from(data, 'base64').toString('utf8') };
  }
  writing.refuse(field, `Anthropic takes PDF and text files, not "${mediaType}"`);
  return null;
}

function keptFile(id: string, field: string, writing: Writing): Block | null {
  if (!fileId.test(id)) {
    writing.refuse(field, `the file "${id}" is in another provider's keeping`);
    return null;
  }
  writing.betas.add('files-api-2025-04-14');
  return { type: 'file', file_id: id };
}
