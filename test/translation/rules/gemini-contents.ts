// What Google accepts as contents: turns, parts, calls with their results, signatures.
// https://ai.google.dev/api/caching#Content, https://ai.google.dev/gemini-api/docs/thought-signatures
import { type Checked, isObject, type Loose, unknownFields } from './gemini-fields.ts';

const data = ['text', 'inlineData', 'fileData', 'functionCall', 'functionResponse'];

export function contentProblems({ body, generation, problems }: Checked): void {
  const { contents } = body;
  if (!Array.isArray(contents) || contents.length === 0) {
    problems.push('contents is not specified');
    return;
  }
  contents.forEach((content: Loose, index: number) => {
    unknownFields(content, ['role', 'parts'], 'content', problems);
    if (!['user', 'model'].includes(content.role)) problems.push(`role ${content.role}`);
    if (content.role === contents[index - 1]?.role) problems.push('roles do not take turns');
    if (!Array.isArray(content.parts) || content.parts.length === 0) problems.push('a content without parts');
    for (const part of content.parts ?? []) partProblems(part, content.role, problems);
    callProblems(contents, index, { generation, problems });
  });
}

function partProblems(part: Loose, role: string, problems: string[]): void {
  unknownFields(part, [...data, 'thought', 'thoughtSignature'], 'part', problems);
  const kinds = data.filter((name) => part[name] !== undefined);
  if (kinds.length !== 1) problems.push(`a part holds one thing, not ${kinds.join('+') || 'none'}`);
  if (part.text === '' && part.thoughtSignature === undefined) problems.push('an empty text');
  if (part.thoughtSignature !== undefined && !/^[\w+/-]+=*$/.test(part.thoughtSignature)) problems.push('no base64');
  if (role === 'user' && (part.functionCall || part.thoughtSignature || part.thought)) problems.push('the model’s own');
  if (role === 'model' && part.functionResponse) problems.push('responses are the user’s');
  blobProblems(part, problems);
  if (part.functionCall) {
    unknownFields(part.functionCall, ['id', 'name', 'args'], 'functionCall', problems);
    if (!part.functionCall.name || !isObject(part.functionCall.args)) problems.push('a call has a name and an object');
  }
  if (part.functionResponse) {
    unknownFields(part.functionResponse, ['id', 'name', 'response', 'parts'], 'functionResponse', problems);
    if (!part.functionResponse.name || !isObject(part.functionResponse.response))
      problems.push('a response has a name and an object');
    for (const inner of part.functionResponse.parts ?? []) blobProblems(inner, problems);
  }
}

function blobProblems({ inlineData, fileData }: Loose, problems: string[]): void {
  if (inlineData !== undefined) {
    unknownFields(inlineData, ['mimeType', 'data'], 'inlineData', problems);
    if (!/^[\w+/-]+=*$/.test(inlineData.data)) problems.push('inlineData is no base64');
  }
  if (fileData !== undefined) {
    unknownFields(fileData, ['mimeType', 'fileUri'], 'fileData', problems);
    if (!/^(?:https?|gs):\/\//.test(fileData.fileUri)) problems.push(`fileUri ${fileData.fileUri}`);
  }
  const blob = inlineData ?? fileData;
  if (blob !== undefined && !/^\w+\/[\w.+-]+$/.test(blob.mimeType)) problems.push(`mimeType ${blob.mimeType}`);
}

function callProblems(contents: Loose[], index: number, { generation, problems }: Omit<Checked, 'body'>): void {
  const parts = contents[index].parts ?? [];
  const before = contents[index - 1]?.parts ?? [];
  const calls = before.filter((part: Loose) => part.functionCall).map((part: Loose) => part.functionCall);
  const responses = parts.filter((part: Loose) => part.functionResponse).map((part: Loose) => part.functionResponse);
  if (responses.length !== calls.length)
    problems.push('the number of function response parts is equal to the number of function call parts');
  responses.forEach((response: Loose, at: number) => {
    if (!parts[at].functionResponse) problems.push('responses stand first');
    if (response.name !== calls[at]?.name || response.id !== calls[at]?.id) problems.push('a response answers no call');
  });
  if (contents[index].role !== 'model') return;
  const first = parts.find((part: Loose) => part.functionCall);
  if (first && index === 0) problems.push('function call turn comes immediately after a user turn');
  if (first && index === contents.length - 1) problems.push('a call is not answered');
  if (first && generation >= 3 && !first.thoughtSignature)
    problems.push('Function call is missing a thought_signature in functionCall parts');
}
