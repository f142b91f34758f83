// Reads `system` and `messages`. Tool results stand in user messages here; they become a message of their own.
import { type Message, RequestProblem } from '../neutral/request.ts';
import { asPlace, found, listAt, type Place, pathOf, textAt } from './checked-fields.ts';
import { type Beyond, readContent } from './read-blocks.ts';

export function readMessages(body: Place, beyond: Beyond): Message[] {
  const system = readContent(body, 'system', beyond);
  const messages: Message[] = system.length === 0 ? [] : [{ role: 'system', content: system, name: '' }];
  if (body.object.messages === undefined) throw new RequestProblem('messages', 'an array', 'nothing');
  for (const [index, entry] of listAt(body, 'messages').entries()) {
    readMessage(asPlace(entry, `messages[${index}]`), messages, beyond);
  }
  return messages;
}

function readMessage(place: Place, messages: Message[], beyond: Beyond): void {
  const role = textAt(place, 'role');
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    throw new RequestProblem(pathOf(place, 'role'), '"user", "assistant" or "system"', found(place.object.role));
  }
  if ((place.object.content ?? null) === null) {
    throw new RequestProblem(pathOf(place, 'content'), 'a string or an array of blocks', found(place.object.content));
  }
  const content = readContent(place, 'content', beyond);
  const results = content.filter((part) => part.type === 'tool-result');
  if (results.length > 0) addResults({ role: 'tool', content: results, name: '' }, messages);
  const others = results.length > 0 ? content.filter((part) => part.type !== 'tool-result') : content;
  if (others.length > 0) messages.push({ role, content: others, name: '' });
}

/** Results of one turn may come in several messages, each of one result. */
function addResults(results: Message, messages: Message[]): void {
  const last = messages.at(-1);
  if (last?.role === 'tool') last.content.push(...results.content);
  else messages.push(results);
}
