// The published price book as plain data: the one that was installed (@pydantic/genai-prices), or a newer one from a file.
// Which provider and model a name means is decided here, by the book's own rules, the same for both.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type MatchLogic, type ModelInfo, type Provider, waitForUpdate } from '@pydantic/genai-prices';

/** Plain data, so that it can be handed to another thread. */
export interface PublishedBook {
  /** As it stands in price versions, so that a sum can be done again. */
  version: string;
  providers: readonly Provider[];
}

/** The library hands out its whole book in no other way; nothing is fetched by it. */
const installed = (await waitForUpdate()) ?? [];
export const installedBook: PublishedBook = { version: `genai-prices@${installedVersion()}`, providers: installed };

function installedVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@pydantic/genai-prices');
  const manifest: { version: string } = JSON.parse(
    readFileSync(path.join(path.dirname(entry), '..', 'package.json'), 'utf8'),
  );
  return manifest.version;
}

/** The provider of exactly this id; the book's own rules would also match look-alikes. */
export function findProvider({ providers }: PublishedBook, id: string): Provider | null {
  return (id !== '' && providers.find((provider) => provider.id === id)) || null;
}

/** The first model whose rule fits; a date such as -20250929 is also tried as -2025-09-29. */
export function findModel(book: PublishedBook, provider: Provider, name: string): ModelInfo | null {
  const wanted = name.toLowerCase().trim();
  if (wanted === '') return null;
  const dashed = wanted.replace(
    /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g,
    (whole, year: string, month: string, day: string) =>
      isDate(`${year}-${month}-${day}`) ? `-${year}-${month}-${day}` : whole,
  );
  return modelIn(book, provider, wanted) ?? (dashed === wanted ? null : modelIn(book, provider, dashed));
}

function modelIn(book: PublishedBook, provider: Provider, name: string): ModelInfo | null {
  const own = provider.models.find((model) => fits(model.match, name));
  if (own) return own;
  for (const id of provider.fallback_model_providers ?? []) {
    const found = findProvider(book, id)?.models.find((model) => fits(model.match, name));
    if (found) return found;
  }
  return null;
}

function fits(rule: MatchLogic, name: string): boolean {
  if ('or' in rule) return rule.or.some((one) => fits(one, name));
  if ('and' in rule) return rule.and.every((one) => fits(one, name));
  if ('equals' in rule) return name === rule.equals.toLowerCase();
  if ('starts_with' in rule) return name.startsWith(rule.starts_with.toLowerCase());
  if ('ends_with' in rule) return name.endsWith(rule.ends_with.toLowerCase());
  if ('contains' in rule) return name.includes(rule.contains.toLowerCase());
  return 'regex' in rule && new RegExp(rule.regex).test(name);
}

function isDate(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
