// Web searches that the provider made for an answer are charged one by one, beside the tokens they brought in.
// https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool#usage-and-pricing

/** How many a usage, as the provider's own JSON, speaks of; 0 when it mentions none. */
export function webSearchesIn(rawUsage: string | null): number {
  // Hardly any usage has them, so most are not parsed a second time.
  if (!rawUsage?.includes('"web_search_requests"')) return 0;
  try {
    const count: unknown = JSON.parse(rawUsage)?.server_tool_use?.web_search_requests;
    return Number.isSafeInteger(count) && (count as number) > 0 ? (count as number) : 0;
  } catch {
    return 0;
  }
}
