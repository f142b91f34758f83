// Reads the content blocks of a request. Blocks of Anthropic's own tools, search results and the like have no neutral form;
// they are kept under their path in `beyond`.
import { type CacheMark, type Part, RequestProblem, type Source, type ToolResultPart } from '../neutral/request.ts';
import { asObject, asText, objectsIn } from '../reading/json-reading.ts';
import { asPlace, flagAt, found, type Place, pathOf, placeAt, textAt } from './checked-fields.ts';

export type Beyond = Record<string, unknown>;

/** `content` of a message, of a tool result, or `system`: a string, or blocks. */
export function readContent(place: Place, name: string, beyond: Beyond): Part[] {
  const value = place.object[name] ?? [];
  if (typeof value === 'string') return [{ type: 'text', text: value }];
  const path = pathOf(place, name);
  if (!Array.isArray(value)) throw new RequestProblem(path, 'a string or an array of blocks', found(value));
  return value.flatMap((block, index) => readBlock(asPlace(block, `${path}[${index}]`), beyond) ?? []);
}

export function readCache(place: Place): { cache?: CacheMark } {
  const mark = asObject(place.object.cache_control);
  if (mark === null) return {};
  return { cache: { ttl: mark.ttl === '1h' || mark.ttl === '5m' ? mark.ttl : '' } };
}

/** Citations on a text block repeat what its words rest upon; only the words cross over. */
function readBlock(place: Place, beyond: Beyond): Part | null {
  switch (textAt(place, 'type')) {
    case 'text':
      return { type: 'text', text: textAt(place, 'text'), ...readCache(place) };
    case 'image': {
      const source = readSource(place);
      return source ? { type: 'image', source, detail: '', ...readCache(place) } : keep(place, beyond);
    }
    case 'document':
      return readDocument(place, beyond);
    case 'thinking':
      return readThinking(place);
    case 'redacted_thinking':
      return {
        type: 'reasoning',
        text: '',
        seal: { origin: 'anthropic', kind: 'redacted', value: textAt(place, 'data'), id: '' },
      };
    case 'tool_use':
      return {
        type: 'tool-call',
        id: textAt(place, 'id'),
        name: textAt(place, 'name'),
        arguments: JSON.stringify(place.object.input ?? {}),
        seal: null,
      };
    case 'tool_result':
      return readResult(place, beyond);
    case '':
      throw new RequestProblem(pathOf(place, 'type'), 'the type of a content block', found(place.object.type));
    default:
      return keep(place, beyond);
  }
}

/** Sightline itself shows thoughts that nobody signed with an empty signature; they come back without a seal. */
function readThinking(place: Place): Part {
  const value = textAt(place, 'signature');
  const seal = value === '' ? null : ({ origin: 'anthropic', kind: 'signature', value, id: '' } as const);
  return { type: 'reasoning', text: textAt(place, 'thinking'), seal };
}

function readDocument(place: Place, beyond: Beyond): Part | null {
  const source = readSource(place);
  if (source === null) return keep(place, beyond);
  for (const name of ['context', 'citations']) {
    if (place.object[name] ?? null) beyond[pathOf(place, name)] = place.object[name];
  }
  return { type: 'file', source, name: textAt(place, 'title'), ...readCache(place) };
}

function readSource(place: Place): Source | null {
  const source = placeAt(place, 'source');
  if (source === null) throw new RequestProblem(pathOf(place, 'source'), 'an object', 'nothing');
  switch (source.object.type) {
    case 'base64':
      return { kind: 'data', mediaType: textAt(source, 'media_type'), data: textAt(source, 'data') };
    case 'url':
      return { kind: 'url', url: textAt(source, 'url') };
    case 'file':
      return { kind: 'id', id: textAt(source, 'file_id') };
    case 'text':
      return plainText(textAt(source, 'data'));
    case 'content': {
      const { content } = source.object;
      if (typeof content === 'string') return plainText(content);
      const blocks = objectsIn(content);
      return blocks.every((block) => block.type === 'text')
        ? plainText(blocks.map((block) => asText(block.text)).join('\n'))
        : null;
    }
    default:
      return null;
  }
}

const plainText = (text: string): Source => {
  return { kind: 'data', mediaType: 'text/plain', data: Buffer.from(text).toString('base64') };
};

function readResult(place: Place, beyond: Beyond): ToolResultPart {
  const parts = readContent(place, 'content', beyond);
  const content = parts.filter((part) => part.type === 'text' || part.type === 'image' || part.type === 'file');
  return {
    type: 'tool-result',
    callId: textAt(place, 'tool_use_id'),
    name: '',
    content,
    failed: flagAt(place, 'is_error') ?? false,
    ...readCache(place),
  };
}

function keep(place: Place, beyond: Beyond): null {
  beyond[place.path] = place.object;
  return null;
}

/** What of a block or tool the neutral form cannot say, by its path. */
export function keepFields(place: Place, names: readonly string[], beyond: Beyond): void {
  for (const name of names) if ((place.object[name] ?? null) !== null) beyond[pathOf(place, name)] = place.object[name];
}
