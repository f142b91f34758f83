// The chat request that is being written: fields go in as the provider calls them, and what it refuses is noted instead.
import type { ProviderQuirks } from '../../../catalog/provider.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import type { JsonObject } from '../reading/json-reading.ts';

/** Without these the answer would be another than the one asked for. */
const telling: ReadonlySet<string> = new Set([
  ...['tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'response_format.json_schema', 'stop', 'n'],
  ...['logprobs', 'input_audio', 'file', 'image_url', 'max_tokens', 'max_completion_tokens'],
]);

export class RequestSheet {
  readonly body: JsonObject = {};
  readonly unsupported: Unsupported[] = [];
  readonly quirks: ProviderQuirks;

  constructor(quirks: ProviderQuirks) {
    this.quirks = quirks;
  }

  /** Writes a field under the provider's name for it. Null, undefined and '' mean that nobody said anything. */
  put(name: string, value: unknown, field: keyof NeutralRequest): void {
    if (value === null || value === undefined || value === '') return;
    if (this.takesField(name, field)) this.body[this.quirks.renames?.[name] ?? name] = value;
  }

  /** Whether the provider takes this; notes it when not. */
  takesField(name: string, field: Unsupported['field']): boolean {
    if (!this.refuses(name)) return true;
    this.cannot(field, `the provider does not take "${name}"`, telling.has(name));
    return false;
  }

  refuses(name: string): boolean {
    return this.quirks.refuses?.includes(name) ?? false;
  }

  takes(word: NonNullable<ProviderQuirks['takes']>[number]): boolean {
    return this.quirks.takes?.includes(word) ?? false;
  }

  /** Notes once what cannot be said. */
  cannot(field: Unsupported['field'], reason: string, changesAnswer: boolean): void {
    if (!this.unsupported.some((known) => known.field === field && known.reason === reason)) {
      this.unsupported.push({ field, reason, changesAnswer });
    }
  }
}
