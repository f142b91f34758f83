// What DeepSeek accepts: https://api-docs.deepseek.com/api/create-chat-completion and /guides/thinking_mode. Unknown fields
// of the body are ignored there; messages and formats are not.
import { type Json, type Outgoing, objects, turnProblems } from './chat-turns.ts';

export function problemsOf({ path, body }: Outgoing): string[] {
  const request = body as Json;
  const messages = objects(request.messages);
  const problems = [...turnProblems(messages), ...messages.flatMap(messageProblems)];
  if (!path.endsWith('/chat/completions')) problems.push(`${path} is not the chat's`);
  const format = (request.response_format as Json | undefined)?.type ?? 'text';
  if (format !== 'text' && format !== 'json_object') problems.push(`response_format ${format}`);
  if (request.n !== undefined && request.n !== 1) problems.push('n is not 1');
  if (request.stream !== true && request.stream_options !== undefined) problems.push('stream_options without a stream');
  return problems;
}

function messageProblems(message: Json, index: number): string[] {
  const at = `messages[${index}]`;
  const problems: string[] = [];
  if (!['system', 'user', 'assistant', 'tool'].includes(String(message.role)))
    problems.push(`${at} is by ${message.role}`);
  if (!('content' in message)) problems.push(`${at} has no content`);
  for (const part of Array.isArray(message.content) ? objects(message.content) : []) {
    if (part.type !== 'text' && part.type !== 'image_url') problems.push(`${at} has a part of type ${part.type}`);
  }
  if (objects(message.tool_calls).length > 0 && typeof message.reasoning_content !== 'string') {
    problems.push('The reasoning_content in the thinking mode must be passed back to the API.');
  }
  return problems;
}
