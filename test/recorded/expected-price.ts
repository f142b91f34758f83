// What a recording cost, worked out with the price book's own library on the recording's own final JSON and without any of
// the code under test.
import { calcPrice, extractUsage, findProvider } from '@pydantic/genai-prices';
import { framesOf, isEventStream, isLines } from '../observe/event-stream-frames.ts';
import type { Recording } from '../observe/recordings.ts';

// biome-ignore lint/suspicious/noExplicitAny: other people's JSON, read as loosely as can be
type Loose = any;

/** The provider's id in the price book, where it is not the recordings' name for it. */
const bookNames: Record<string, string> = { gemini: 'google', vertex: 'google', bedrock: 'aws', z: 'zai' };

export interface ExpectedPrice {
  /** `silent`: the recording tells no usage, so nothing can be expected but that nobody claims it did. */
  source: 'reported' | 'computed' | 'unpriced' | 'silent';
  /** Nano-dollars, not rounded; null where nobody knows a price. */
  nanos: number | null;
  /** Counts as the library reads them, nested the way it nests them; null where it reads none. */
  usage: Record<string, number | undefined> | null;
}

export function expectedPrice(recording: Recording, at: Date): ExpectedPrice {
  const final = finalJson(recording);
  const counts = final?.usage ?? final?.usageMetadata ?? final?.meta;
  if (!counts) return { source: 'silent', nanos: null, usage: null };
  if (typeof counts.cost === 'number') return { source: 'reported', nanos: counts.cost * 1e9, usage: null };
  const request: Loose = readJson(recording.request.body?.text ?? '') ?? {};
  const unpriced = { source: 'unpriced', nanos: null, usage: null } as const;
  const providerId = bookNames[recording.provider] ?? recording.provider;
  if (!findProvider({ providerId })) return unpriced;
  const { model, usage } = extract(recording, final);
  // The published book knows the standard tier alone; OpenAI says what others cost beside it.
  const answered = final.service_tier === 'auto' ? null : final.service_tier;
  const tier = answered ?? request.service_tier;
  const times = recording.provider === 'openai' ? openaiTiers[tier] : undefined;
  if (['priority', 'flex', 'batch'].includes(tier) && !times) return { ...unpriced, usage };
  // An answer that cost no tokens at all has not been counted: nobody knows what it cost.
  if ((usage.input_tokens ?? 0) + (usage.output_tokens ?? 0) === 0) return { ...unpriced, usage };
  // Mistral's word for cached tokens, which the library has a price for but does not read.
  usage.cache_read_tokens ??= counts.num_cached_tokens;
  const asked = request.model ?? /\/models?\/([^:/]+)[:/]/.exec(recording.request.path)?.[1] ?? '';
  const price = calcPrice(usage, model || decodeURIComponent(asked), { providerId, timestamp: at });
  // The library counts as free what stands in its book without a price; only the reseller's own suffix says that it is.
  const priced = price !== null && (Object.keys(price.model_price).length > 0 || price.model.id.endsWith(':free'));
  if (!priced) return { ...unpriced, usage };
  return { source: 'computed', nanos: price.total_price * 1e9 * (times ?? 1) + searchNanos(final), usage };
}

/** Of the standard price: https://openai.com/api/priority-processing/ and https://platform.openai.com/docs/pricing */
const openaiTiers: Record<string, number | undefined> = { priority: 2, flex: 0.5, batch: 0.5 };

/** OpenAI's Responses do not count searches in their usage: $10 for a thousand in the web, $2.50 in stored files. */
function searchNanos(final: Loose): number {
  const items: Loose[] = Array.isArray(final.output) ? final.output : [];
  const web = items.filter(({ type, action }) => type === 'web_search_call' && (action?.type ?? 'search') === 'search');
  const files = items.filter(({ type }) => type === 'file_search_call');
  return web.length * 10_000_000 + files.length * 2_500_000;
}

function extract(recording: Recording, final: Loose): ReturnType<typeof extractUsage> {
  const path = recording.request.path.split('?')[0] as string;
  const flavour = /responses$/.test(path) ? 'responses' : /embeddings$/.test(path) ? 'embeddings' : 'chat';
  const own = findProvider({ providerId: bookNames[recording.provider] ?? recording.provider });
  const has = (name: string) => own?.extractors?.some((extractor) => extractor.api_flavor === name);
  // Cohere bills fewer tokens than the model reads: its default reading in the book is what it bills.
  if (own && recording.provider === 'cohere' && flavour === 'chat')
    return extractUsage(own, { ...final, usage: final.usage ?? final.meta }, 'default');
  if (own && /\/invoke/.test(path)) return extractUsage(own, final, 'anthropic');
  // Their "chat" is what they serve in OpenAI's format.
  const elsewhere = own?.id === 'google' || own?.id === 'anthropic';
  if (own && has(flavour) && !elsewhere) return extractUsage(own, final, flavour);
  if (own && has('default') && flavour === 'chat') return extractUsage(own, final, 'default');
  // Whoever speaks a format of OpenAI's that the book has no reading of its own for.
  return extractUsage(findProvider({ providerId: 'openai' })!, final, flavour);
}

/** The answer as the provider would have sent it in one piece, as far as model and usage go; null where there is none. */
function finalJson(recording: Recording): Loose {
  const text = recording.response.bytes.toString('utf8');
  const whole = readJson(text);
  if (whole !== null) return typeof whole.response === 'object' ? whole.response : whole;
  const events = eventsOf(recording, text);
  const metadata = events.findLast((event) => event.metrics && event.usage);
  if (metadata) return { usage: metadata.usage };
  const responses = events.findLast((event) => event.response)?.response;
  if (responses) return responses;
  const start = events.find((event) => event.type === 'message_start')?.message;
  if (start) return { model: start.model, usage: Object.assign({}, start.usage, ...events.map((each) => each.usage)) };
  const model = events.findLast((event) => event.model)?.model;
  const gemini = events.findLast((event) => event.usageMetadata);
  if (gemini) return gemini;
  return {
    model,
    service_tier: events.findLast((event) => event.service_tier)?.service_tier,
    usage: events.map((event) => event.usage ?? event.delta?.usage ?? event.x_groq?.usage).findLast(Boolean),
  };
}

function eventsOf(recording: Recording, text: string): Loose[] {
  const lines = isLines(recording) ? text.split('\n') : text.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  const payloads = isEventStream(recording)
    ? framesOf(recording.response.bytes).map(({ payload }) => payload)
    : lines.map((line) => line.replace(/^data:/, ''));
  return payloads.map((payload) => unpacked(readJson(payload))).filter((event) => event !== null);
}

/** Bedrock's /invoke packs a model's own events in base64. */
function unpacked(event: Loose): Loose {
  return typeof event?.bytes === 'string' ? readJson(Buffer.from(event.bytes, 'base64').toString()) : event;
}

function readJson(text: string): Loose {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
