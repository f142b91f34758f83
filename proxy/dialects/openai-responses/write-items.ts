// Writes messages as the input of a /responses request: words, thoughts, calls and results are items of their own there.
import { createHash } from 'node:crypto';
import type { Message, Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../neutral/request.ts';
import type { TargetFacts, Unsupported } from '../neutral/target.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { isInputPart, writeContent } from './write-parts.ts';

export interface Around {
  target: TargetFacts;
  unsupported: Unsupported[];
}

export interface WrittenInput {
  /** The first system message, where it is one plain text; else ''. */
  instructions: string;
  input: JsonObject[];
  /** Some thought goes back with its seal. */
  sealed: boolean;
}

export function writeInput(messages: readonly Message[], around: Around): WrittenInput {
  const instructions = instructionsOf(messages[0]);
  const input: JsonObject[] = [];
  messages.forEach((message, index) => {
    if (index > 0 || instructions === '') input.push(...writeMessage(message, `messages[${index}]`, around));
  });
  return { instructions, input, sealed: input.some((item) => item.encrypted_content !== undefined) };
}

export function instructionsOf(message: Message | undefined): string {
  const [part, more] = message?.role === 'system' ? message.content : [];
  return part?.type === 'text' && more === undefined ? part.text : '';
}

function writeMessage({ role, content, name }: Message, path: string, around: Around): JsonObject[] {
  if (role === 'assistant') return writeAssistant(content, path, around);
  if (role === 'tool') return content.flatMap((part) => (part.type === 'tool-result' ? [writeResult(part)] : []));
  if (name !== '') {
    const reason = 'OpenAI’s responses API has no names of participants';
    around.unsupported.push({ field: `${path}.name`, changesAnswer: false, reason });
  }
  content.forEach((part, at) => {
    if (!isInputPart(part)) cannotSay(part, `${path}.content[${at}]`, around);
  });
  const parts = content.filter(isInputPart);
  return parts.length === 0 ? [] : [{ role, content: writeContent(parts) }];
}

/** In the order in which it was said; words that follow each other are one message. */
function writeAssistant(content: readonly Part[], path: string, around: Around): JsonObject[] {
  const items: JsonObject[] = [];
  let words: JsonObject[] = [];
  const flush = (): void => {
    if (words.length > 0) items.push({ role: 'assistant', content: wordsOf(words) });
    words = [];
  };
  content.forEach((part, at) => {
    if (part.type === 'text') words.push({ type: 'output_text', text: part.text });
    else if (part.type === 'refusal') words.push({ type: 'refusal', refusal: part.text });
    else {
      flush();
      if (part.type === 'tool-call') items.push(writeCall(part));
      else if (part.type === 'reasoning') items.push(...writeThought(part, around.target));
      else cannotSay(part, `${path}.content[${at}]`, around);
    }
  });
  flush();
  return items;
}

function wordsOf(words: JsonObject[]): unknown {
  const [first, second] = words;
  return first?.type === 'output_text' && second === undefined ? first.text : words;
}

/**
 * A seal is bound to the id of its item: "Encrypted content item_id did not match the target item id" is a 400
 * (seen by many gateways, e.g. maximhq/bifrost#5186). Thoughts without one go back only to those who insist on them.
 */
function writeThought({ text, seal }: ReasoningPart, { quirks }: TargetFacts): JsonObject[] {
  if (seal?.origin === 'openai' && seal.kind === 'encrypted') {
    const summary = text === '' ? [] : [{ type: 'summary_text', text }];
    return [{ type: 'reasoning', ...(seal.id && { id: seal.id }), summary, encrypted_content: seal.value }];
  }
  if (quirks.reasoningBack === undefined || text === '') return [];
  return [{ type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }] }];
}

function writeCall({ id, name, arguments: text }: ToolCallPart): JsonObject {
  return { type: 'function_call', call_id: callId(id), name, arguments: text || '{}' };
}

function writeResult({ callId: id, content }: ToolResultPart): JsonObject {
  return { type: 'function_call_output', call_id: callId(id), output: writeContent(content) };
}

/** OpenAI takes call ids of 64 characters at most; whoever gave a longer one will not see this one. */
function callId(id: string): string {
  if (id.length <= 64) return id;
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

function cannotSay(part: Part, field: string, { unsupported }: Around): void {
  const reason = `OpenAI’s responses API takes no ${part.type} there`;
  unsupported.push({ field, changesAnswer: true, reason });
}
