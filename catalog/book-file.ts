// A published price book from a file: data of genai-prices (prices/new_data/v2/data.json), a list of providers. Only what is
// priced by is looked at; whatever else stands in the file is let be.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { PublishedBook } from './published-book.ts';

const price = z.number().nonnegative();
const Prices = z.record(
  z.string(),
  z.union([
    price,
    z.looseObject({ base: price, tiers: z.array(z.object({ start: z.number().int().nonnegative(), price })) }),
  ]),
);

type Rule =
  | { or: Rule[] }
  | { and: Rule[] }
  | { equals: string }
  | { starts_with: string }
  | { ends_with: string }
  | { contains: string }
  | { regex: string };

const expression = z.string().refine(compiles, 'expected a regular expression');
const Match: z.ZodType<Rule> = z.lazy(() =>
  z.union([
    z.object({ or: z.array(Match) }),
    z.object({ and: z.array(Match) }),
    z.object({ equals: z.string() }),
    z.object({ starts_with: z.string() }),
    z.object({ ends_with: z.string() }),
    z.object({ contains: z.string() }),
    z.object({ regex: expression }),
  ]),
);

/** The data names the kind of a constraint by its fields, the library by `type`. */
const Constraint = z.union([
  z
    .looseObject({ start_date: z.iso.date() })
    .transform(({ start_date }) => ({ type: 'start_date' as const, start_date })),
  z
    .looseObject({ start_time: z.string().refine(isTime), end_time: z.string().refine(isTime) })
    .transform(({ start_time, end_time }) => ({ type: 'time_of_date' as const, start_time, end_time })),
]);

const Model = z.looseObject({
  id: z.string().min(1),
  match: Match,
  context_window: z
    .number()
    .nullish()
    .transform((value) => value ?? undefined),
  prices: z.union([
    z
      .array(z.object({ constraint: Constraint.nullish().transform((value) => value ?? undefined), prices: Prices }))
      .min(1),
    Prices,
  ]),
});

const Providers = z.array(z.looseObject({ id: z.string().min(1), models: z.array(Model) })).min(1);

/** The file holds no price book; the message says what is wrong with it. */
export class NoPriceBook extends Error {
  override name = 'NoPriceBook';
}

/** Throws NoPriceBook. The version is made from the content, so that the same file always has the same. */
export function readPriceBook(text: string): PublishedBook {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new NoPriceBook('it is not JSON; expected the data file of genai-prices, a list of providers');
  }
  const parsed = Providers.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new NoPriceBook(`${issue?.path.join('.') || 'the whole file'}: ${issue?.message}`);
  }
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return { version: `genai-prices@${digest}`, providers: parsed.data as unknown as PublishedBook['providers'] };
}

function compiles(source: string): boolean {
  try {
    return Boolean(new RegExp(source));
  } catch {
    return false;
  }
}

function isTime(time: string): boolean {
  return !Number.isNaN(Date.parse(`1970-01-02T${time}`));
}
