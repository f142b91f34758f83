// A tool's result as a functionResponse, whose `response` is an object. https://ai.google.dev/api/caching#FunctionResponse
import type { ToolResultPart } from '../neutral/request.ts';
import { type JsonObject, parseObject } from '../reading/json-reading.ts';
import type { WrittenPart } from './write-contents.ts';

export function functionResponse(part: ToolResultPart, name: string, media: WrittenPart[]): WrittenPart {
  const { callId: id } = part;
  const response = responseOf(part);
  const parts = media.length === 0 ? {} : { parts: media };
  return { functionResponse: { ...(id === '' ? {} : { id }), name, response, ...parts } };
}

function responseOf({ content, failed }: ToolResultPart): JsonObject {
  const said: string[] = [];
  for (const part of content) if (part.type === 'text') said.push(part.text);
  const text = said.join('\n');
  const stated = text.trimStart().startsWith('{') ? parseObject(text) : null;
  if (failed) return stated !== null && 'error' in stated ? stated : { error: stated ?? text };
  return stated ?? { result: text };
}
