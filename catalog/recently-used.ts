// A bounded memory that forgets what has not been asked for longest. Model names come from clients, so nothing that is
// remembered per model may grow without end.

export interface RecentlyUsed<Value> {
  /** The remembered value, else `make()`, which is then remembered. */
  get(key: string, make: () => Value): Value;
}

export function createRecentlyUsed<Value>(limit: number): RecentlyUsed<Value> {
  const entries = new Map<string, { value: Value }>();
  return {
    get(key, make) {
      const found = entries.get(key);
      // Who is youngest matters only when room gets short.
      if (found && entries.size * 2 <= limit) return found.value;
      const known = found ?? { value: make() };
      // A Map iterates in insertion order: taking an entry out and putting it back makes it the youngest.
      entries.delete(key);
      entries.set(key, known);
      if (entries.size > limit) entries.delete(entries.keys().next().value as string);
      return known.value;
    },
  };
}
