// The parts of one message as blocks of Converse. Blank text is refused there, so it is left out.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
import { createHash } from 'node:crypto';
import type { CacheMark, FilePart, ImagePart, Part, TextPart, ToolResultPart } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import { type JsonObject, parseObject } from '../reading/json-reading.ts';
import { isClaude, isClaudeSince45, isNova, mayBeClaude } from './models.ts';
import { sealedBlock } from './seals.ts';
import { documentBlock, imageBlock } from './write-media.ts';

/** What has to be known, and remembered, while the parts of one request are written. */
export interface PartContext {
  model: string;
  unsupported: Unsupported[];
  documentNames: Set<string>;
}

export function blocksOf(parts: readonly Part[], at: string, context: PartContext): JsonObject[] {
  return parts.flatMap((part, index): JsonObject[] => {
    const where = `${at}.content[${index}]`;
    const block = blockOf(part, where, context);
    if (block === null) return [];
    return [block, ...cachePoint('cache' in part ? part.cache : undefined, where, context)];
  });
}

function blockOf(part: Part, where: string, context: PartContext): JsonObject | null {
  switch (part.type) {
    case 'reasoning':
      return mayBeClaude(context.model) ? sealedBlock(part) : null;
    case 'tool-call': {
      const { id, name, arguments: text } = part;
      return { toolUse: { toolUseId: toolUseId(id, context.model), name, input: parseObject(text) ?? {} } };
    }
    case 'tool-result':
      return toolResult(part, where, context);
    case 'audio':
      return refuse('Bedrock takes no audio', where, context);
    case 'refusal':
      return textBlock(part.text);
    default:
      return shown(part, where, context);
  }
}

function shown(part: TextPart | ImagePart | FilePart, where: string, context: PartContext): JsonObject | null {
  if (part.type === 'text') return textBlock(part.text);
  const block = part.type === 'image' ? imageBlock(part) : documentBlock(part, context.documentNames);
  return typeof block === 'string' ? refuse(block, where, context) : block;
}

const textBlock = (text: string): JsonObject | null => (text.trim() === '' ? null : { text });

function refuse(reason: string, field: string, { unsupported }: PartContext): null {
  unsupported.push({ field, changesAnswer: true, reason });
  return null;
}

/** A tool that said nothing must say something here. */
function toolResult(part: ToolResultPart, where: string, context: PartContext): JsonObject {
  const content = part.content.map((inner) => shown(inner, where, context)).filter((block) => block !== null);
  return {
    toolResult: {
      toolUseId: toolUseId(part.callId, context.model),
      content: content.length === 0 ? [{ text: '(no output)' }] : content,
      status: part.failed ? 'error' : 'success',
    },
  };
}

/**
 * An id that would be refused gets another, always the same one. Claude keeps to the documented letters; Kimi makes ids
 * such as "functions.get_weather:0" itself and was recorded getting them back.
 */
function toolUseId(id: string, model: string): string {
  const allowed = isClaude(model) ? /^[\w-]{1,64}$/ : /^[\w.:-]{1,64}$/;
  return allowed.test(id) ? id : `tooluse_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
}

/** Only Claude and Nova take marks, and only Claude on tools. */
export function cachePoint(mark: CacheMark | undefined, where: string, context: PartContext): JsonObject[] {
  if (mark === undefined) return [];
  const { model, unsupported } = context;
  if (!isClaude(model) && !(isNova(model) && !where.startsWith('tools'))) {
    unsupported.push({
      field: where,
      changesAnswer: false,
      reason: 'this model on Bedrock takes no cache points here',
    });
    return [];
  }
  const ttl = mark.ttl === '1h' && isClaudeSince45(model) ? { ttl: '1h' } : {};
  return [{ cachePoint: { type: 'default', ...ttl } }];
}
