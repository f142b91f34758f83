// The providers' prompt caches, simulated: a fixed beginning of over a thousand tokens is remembered for a few minutes.

export interface PromptCache {
  /** Tokens of this prefix that are read from the cache, else the tokens newly written to it; both 0 when too short. */
  touch(model: string, prefix: string, tokens: number): { read: number; written: number };
}

/** `granularity`: providers count cached tokens in steps, OpenAI's are 128 (platform docs, "Prompt caching"). */
export function createPromptCache(options: { now: () => number; granularity: number }): PromptCache {
  const lifeMs = 5 * 60_000;
  const leastTokens = 1024;
  const seen = new Map<string, number>();
  return {
    touch(model, prefix, tokens) {
      const kept = Math.floor(tokens / options.granularity) * options.granularity;
      if (kept < leastTokens) return { read: 0, written: 0 };
      const key = `${model}\n${prefix}`;
      const last = seen.get(key);
      seen.set(key, options.now());
      const warm = last !== undefined && options.now() - last < lifeMs;
      return warm ? { read: kept, written: 0 } : { read: 0, written: kept };
    },
  };
}
