// OpenRouter's `reasoning_details`: a list of thoughts with signatures, which comes in pieces and must go back whole.
// https://openrouter.ai/docs/use-cases/reasoning-tokens
import type { Seal } from '../neutral/request.ts';
import { asText, type JsonObject } from '../reading/json-reading.ts';

/** What people can read of them. */
export function textOfDetails(details: readonly JsonObject[]): string {
  return details.map((detail) => asText(detail.text) || asText(detail.summary)).join('');
}

/** Pieces with the same index and type are one detail: their texts are added up, of other fields the last one counts. */
const grows: ReadonlySet<string> = new Set(['text', 'summary', 'data']);

export class DetailsAssembly {
  readonly #details = new Map<string, JsonObject>();

  add(pieces: readonly JsonObject[]): void {
    for (const piece of pieces) {
      // Details without an index are whole.
      const key = piece.index === undefined ? `whole ${this.#details.size}` : `${piece.index} ${piece.type}`;
      const known = this.#details.get(key);
      if (known === undefined) {
        this.#details.set(key, { ...piece });
        continue;
      }
      for (const [name, value] of Object.entries(piece)) {
        if (value === null || value === undefined) continue;
        known[name] = grows.has(name) && typeof value === 'string' ? asText(known[name]) + value : value;
      }
    }
  }

  /** Null when there were none. */
  seal(): Seal | null {
    if (this.#details.size === 0) return null;
    return { origin: 'openrouter', kind: 'details', value: JSON.stringify([...this.#details.values()]), id: '' };
  }
}
