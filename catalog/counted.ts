// What providers charge one by one, beside the tokens: searches, seconds of audio, pages. How many there were stands in the
// provider's own usage, or was counted in the answer where its usage is silent (OpenAI's Responses).

export interface Counted {
  /** https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool#usage-and-pricing */
  webSearches?: number;
  /** Searches in files that the provider stores (OpenAI's file search). */
  storageSearches?: number;
  audioSeconds?: number;
  documentPages?: number;
}

/** Where each stands in a provider's usage: Anthropic, Perplexity, OpenAI's transcriptions, Mistral's OCR. */
const places: readonly [keyof Counted, readonly string[]][] = [
  ['webSearches', ['server_tool_use', 'web_search_requests']],
  ['webSearches', ['num_search_queries']],
  ['audioSeconds', ['seconds']],
  ['documentPages', ['pages_processed']],
];
const words = places.map(([, path]) => `"${path.at(-1)}"`);

/** Of the usage as the provider's own JSON; empty when it mentions none. */
export function countedIn(rawUsage: string | null): Counted {
  // Hardly any usage has them, so most are not parsed a second time.
  if (rawUsage === null || !words.some((word) => rawUsage.includes(word))) return {};
  let usage: unknown;
  try {
    usage = JSON.parse(rawUsage);
  } catch {
    return {};
  }
  const counted: Counted = {};
  for (const [name, path] of places) {
    const count = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null)?.[key], usage);
    if (typeof count === 'number' && Number.isFinite(count) && count > 0) counted[name] ??= count;
  }
  return counted;
}

/** What the usage says goes before what was counted in the answer. */
export function countedInAll(rawUsage: string | null, inAnswer: Counted = {}): Counted {
  return { ...inAnswer, ...countedIn(rawUsage) };
}
