// Pictures and documents as Converse takes them: bytes alone, under a format of its own naming.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html and …/API_runtime_DocumentBlock.html
import type { FilePart, ImagePart } from '../neutral/request.ts';
import type { JsonObject } from '../reading/json-reading.ts';

const imageFormats: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/jpg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
};

const documentFormats: Record<string, string> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
};
const extensions = new Set(Object.values(documentFormats));

/** The block, or why there can be none. */
export function imageBlock({ source }: ImagePart): JsonObject | string {
  if (source.kind !== 'data') return 'Bedrock takes images as bytes, not by address';
  const format = imageFormats[source.mediaType];
  if (format === undefined) return `Bedrock takes no images of type ${source.mediaType}`;
  return { image: { format, source: { bytes: source.data } } };
}

/** `taken`: names of the documents so far, which must all be different. */
export function documentBlock({ source, name }: FilePart, taken: Set<string>): JsonObject | string {
  if (source.kind !== 'data') return 'Bedrock takes documents as bytes, not by address';
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const format = documentFormats[source.mediaType] ?? (extensions.has(extension) ? extension : undefined);
  if (format === undefined) return `Bedrock takes no documents of type ${source.mediaType}`;
  return { document: { name: documentName(name, taken), format, source: { bytes: source.data } } };
}

/** Letters, digits, single spaces, hyphens, parentheses and square brackets are all a name may hold. */
function documentName(name: string, taken: Set<string>): string {
  const plain = name
    .replace(/\.\w+$/, '')
    .replace(/[^A-Za-z0-9\s()[\]-]/g, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 180);
  const base = plain === '' ? 'Document' : plain;
  let unique = base;
  for (let count = 2; taken.has(unique); count++) unique = `${base} (${count})`;
  taken.add(unique);
  return unique;
}
