// `sightline prices`: what calls cost, and what would change. docs/prices.md shows each action at work.
import path from 'node:path';
import { loadConfiguration } from '../configuration/load.ts';
import { collectorFlags, collectorFlagsUsage, orExplained } from './collector-api.ts';
import { type Command, readArguments, textFlag, UsageProblem } from './command.ts';
import { diff } from './prices/diff.ts';
import { list } from './prices/list.ts';
import { override, priceFlags } from './prices/override.ts';
import type { PriceAction } from './prices/price-action.ts';
import { reprice } from './prices/reprice.ts';
import { update } from './prices/update.ts';

const usage = `Usage: sightline prices <action> [options]

  list                    every price in force, by bucket and service tier
  diff FILE               what a book (data of genai-prices) or an overlay would change
  update --from FILE|URL  take a newer book into the data folder; what it changes is shown first
  override PROVIDER MODEL write a price of your own into the overlay file (prices.overlay, else in the data folder)
  reprice                 what recorded calls would have cost under other prices; changes nothing

  --provider NAME  only this provider's (list, diff)
  --model NAME     only models whose name holds this (list, diff)
  --at DAY         the prices of that day (list, diff)
  --yes            though a price moves by more than 25 %, or the book shrinks (update)
  --from DAY       first day of the price, UTC; default: today (override)
  --until DAY      first day on which it holds no longer (override)
  --tier TIER      standard, batch, flex or priority (override)
  --input --cache-read --cache-write-5m --cache-write-1h --output --input-audio --input-image --output-audio --output-image
                   dollars per million tokens (override)
  --multiply N     instead: the published prices times this (override)
  --source TEXT    where the price comes from (override)
  --since SPAN     how far back, such as 24h or 30d (reprice; default 30d)
  --overlay FILE   under this overlay (reprice)
  --book FILE      under this book (reprice)
${collectorFlagsUsage}

Prices come from the file system alone; only \`update --from https://…\` asks the network. Exit code 0; 1 when an update needs
--yes or the collector does not answer.`;

const text = { type: 'string' } as const;
const flags = {
  ...collectorFlags,
  ...{ provider: text, model: text, at: text, from: text, until: text, tier: text, multiply: text, source: text },
  ...{ since: text, overlay: text, book: text, yes: { type: 'boolean' } as const },
  ...Object.fromEntries(Object.keys(priceFlags).map((name) => [name, text])),
};

const actions: Record<string, PriceAction> = { list, diff, update, override, reprice };

export const prices: Command = {
  summary: 'what calls cost: list, compare, update, override, price history again',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [name, ...rest] = words;
    if (name === undefined) throw new UsageProblem('prices what?');
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw new UsageProblem(`"prices ${name}" does not exist.`);
    return orExplained(terminal, async () => {
      const loaded = loadConfiguration({
        ...{ file: textFlag(values, 'config'), env: terminal.env, cwd: terminal.cwd },
        overlayMayBeNew: action === override,
      });
      const directory = loaded.file ? path.dirname(loaded.file) : terminal.cwd;
      return action({ values, words: rest, loaded, directory, terminal, now: Date.now() });
    });
  },
};
