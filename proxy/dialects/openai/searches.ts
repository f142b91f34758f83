// Searches that OpenAI made for an answer of /responses. Its usage does not count them; each stands in the output.
import type { Counted } from '../../../catalog/counted.ts';
import { asObject, type JsonObject, objectsIn } from '../reading/json-reading.ts';

/** Opening a page and looking for words in it are calls, too, and free: only the action `search` is charged. */
// https://developers.openai.com/api/docs/guides/tools-web-search#output-and-citations
export function searchesIn(output: unknown): Counted {
  const items = objectsIn(output);
  const webSearches = items.filter((item) => item.type === 'web_search_call' && isSearch(item)).length;
  const storageSearches = items.filter(({ type }) => type === 'file_search_call').length;
  return { ...(webSearches > 0 && { webSearches }), ...(storageSearches > 0 && { storageSearches }) };
}

function isSearch({ action }: JsonObject): boolean {
  const kind = asObject(action)?.type;
  return kind === undefined || kind === 'search';
}
