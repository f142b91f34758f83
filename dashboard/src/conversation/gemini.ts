// POST …:generateContent: https://ai.google.dev/api/generate-content. Field names come in camelCase and in snake_case.
import { asJsonText, asObject, asRole, asText, type Json, media, mediumOf, noteOfAddress } from './reading.ts';
import type { Part, ReadTurns, Turn } from './turn.ts';

export const readGemini: ReadTurns = (body) => {
  const system = partsOf(body.systemInstruction ?? body.system_instruction);
  const turns: Turn[] = system.length > 0 ? [{ role: 'system', parts: system }] : [];
  const contents = Array.isArray(body.contents) ? body.contents : body.contents ? [body.contents] : [];
  return [...turns, ...contents.map(turnOf)];
};

function turnOf(content: unknown): Turn {
  const parts = partsOf(content);
  const isResult = parts.length > 0 && parts.every((part) => part.kind === 'result');
  // A content without a role is the user's.
  return { role: isResult ? 'tool' : asRole(asObject(content).role ?? 'user'), parts };
}

function partsOf(content: unknown): Part[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }];
  const parts = asObject(content).parts;
  return (Array.isArray(parts) ? parts : parts ? [parts] : []).map((part) => partOf(asObject(part)));
}

function partOf(part: Json): Part {
  if (typeof part.text === 'string') return { kind: part.thought === true ? 'reasoning' : 'text', text: part.text };
  const call = part.functionCall ?? part.function_call;
  if (call)
    return { kind: 'call', name: asText(asObject(call).name), arguments: asJsonText(asObject(call).args ?? {}) };
  const result = asObject(part.functionResponse ?? part.function_response);
  if (result.name !== undefined)
    return { kind: 'result', name: asText(result.name), text: asJsonText(result.response) };
  const inline = asObject(part.inlineData ?? part.inline_data);
  const file = asObject(part.fileData ?? part.file_data);
  const mimeType = inline.mimeType ?? inline.mime_type ?? file.mimeType ?? file.mime_type;
  const address = file.fileUri ?? file.file_uri;
  if (mimeType !== undefined || address !== undefined)
    return media(mediumOf(mimeType), asText(mimeType) || noteOfAddress(address));
  const code = asObject(part.executableCode ?? part.executable_code);
  if (code.code !== undefined) return { kind: 'call', name: 'code', arguments: asText(code.code) };
  const run = asObject(part.codeExecutionResult ?? part.code_execution_result);
  if (run.outcome !== undefined) return { kind: 'result', name: 'code', text: asText(run.output) };
  return { kind: 'other', json: part };
}
