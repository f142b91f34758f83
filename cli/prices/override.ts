// `sightline prices override PROVIDER MODEL …`: writes a price row of one's own into the overlay file, making the file if needed.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { overlayPath } from '../../configuration/price-overlay.ts';
import { PriceOverlay, PriceRow } from '../../contract/prices.ts';
import { textFlag, UsageProblem } from '../command.ts';
import type { PriceAction } from './price-action.ts';
import { asOverlay, readText } from './read-books.ts';

/** Fields of PriceRow that are prices, as flags. */
export const priceFlags = {
  input: 'input',
  'cache-read': 'cacheRead',
  'cache-write-5m': 'cacheWrite5m',
  'cache-write-1h': 'cacheWrite1h',
  'input-audio': 'inputAudio',
  'input-image': 'inputImage',
  output: 'output',
  'output-audio': 'outputAudio',
  'output-image': 'outputImage',
} as const;

export const override: PriceAction = async ({ values, words, loaded, directory, terminal, now }) => {
  const [provider, model, surplus] = words;
  if (!provider || !model) throw new UsageProblem('Of which provider and model?');
  if (surplus !== undefined) throw new UsageProblem(`"${surplus}" means nothing here.`);
  const { data, prices } = loaded.configuration;
  const file = overlayPath({ file: prices.overlay, directory, data });
  const row = rowFrom(values, { provider, model, today: new Date(now).toISOString().slice(0, 10) });
  const before = existsSync(file) ? asOverlay(readText(file, '/')) : { version: '', rows: [] };
  const overlay = PriceOverlay.parse({
    version: row.from,
    rows: [...before.rows.filter((one) => !isSame(one, row)), row],
  });
  const versioned = { ...overlay, version: nextVersion(before.version, new Date(now)) };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    `${file}.part`,
    /\.ya?ml$/.test(file) ? stringify(versioned) : `${JSON.stringify(versioned, null, 2)}\n`,
  );
  renameSync(`${file}.part`, file);
  const sentence = `${file}: ${provider}/${model} from ${row.from} (${row.tier}). It is in force after the next start.`;
  terminal.print(values.json === true ? JSON.stringify({ file, row, version: versioned.version }) : sentence);
  return 0;
};

interface RowAbout {
  provider: string;
  model: string;
  today: string;
}

function rowFrom(values: Record<string, string | boolean | undefined>, { provider, model, today }: RowAbout): PriceRow {
  const prices = Object.entries(priceFlags).flatMap(([flag, field]) => {
    const value = textFlag(values, flag);
    return value === undefined ? [] : [[field, value]];
  });
  const multiply = textFlag(values, 'multiply');
  if (prices.length === 0 && multiply === undefined)
    throw new UsageProblem('Which prices? Give --input, --output … in dollars per million tokens, or --multiply.');
  const parsed = PriceRow.safeParse({
    ...{ provider, model, from: textFlag(values, 'from') ?? today, until: textFlag(values, 'until') },
    ...{ tier: textFlag(values, 'tier'), source: textFlag(values, 'source') },
    ...Object.fromEntries(prices),
    ...(multiply !== undefined && { multiply: Number(multiply) }),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageProblem(`--${issue?.path.join('.')}: ${issue?.message}`);
}

/** A row for the same tier and first day takes the other's place. */
const isSame = (one: PriceRow, other: PriceRow): boolean =>
  one.provider === other.provider && one.model === other.model && one.tier === other.tier && one.from === other.from;

/** The day, and a number where it changes more than once a day: every state has a name of its own. */
function nextVersion(before: string, now: Date): string {
  const day = now.toISOString().slice(0, 10);
  if (before === day) return `${day}.2`;
  const [same, count] = /^(.*)\.(\d+)$/.exec(before)?.slice(1) ?? [];
  return same === day ? `${day}.${Number(count) + 1}` : day;
}
