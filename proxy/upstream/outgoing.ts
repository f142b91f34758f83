// What of the client's headers belongs to a request that is no longer the client's own: written for another provider, or in
// another format, only what says who asks and how it is traced goes along.

const kept = new Set(['user-agent', 'traceparent', 'tracestate', 'baggage', 'accept-language', 'idempotency-key']);

/** Flat [name, value, …] for a written request with a JSON body. `written`: what the dialect itself needs. */
export function writtenHeaders(raw: readonly string[], written: Readonly<Record<string, string>>): string[] {
  // The answer is read on its way, so it had better not be compressed.
  const out = ['content-type', 'application/json', 'accept-encoding', 'identity'];
  for (let i = 0; i < raw.length; i += 2) {
    if (kept.has((raw[i] as string).toLowerCase())) out.push(raw[i] as string, raw[i + 1] as string);
  }
  for (const name in written) out.push(name, written[name] as string);
  return out;
}
