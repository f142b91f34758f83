// `sightline budgets`: lists, sets and removes budgets, asked of the collector that keeps them.
import { z } from 'zod';
import { BudgetList, BudgetView } from '../contract/access/budget-view.ts';
import { budgetFlags, budgetFrom } from './budgets/budget-from.ts';
import { budgetLines, linesOf } from './budgets/budget-lines.ts';
import { type CollectorApi, collectorFlags, collectorFlagsUsage, operating, orExplained } from './collector-api.ts';
import { type Command, readArguments, type Terminal, UsageProblem } from './command.ts';

const usage = `Usage: sightline budgets <list | set NAME | remove NAME> [options]

  list                      all budgets, with what was spent and is held of them
  set NAME --usd N --per hour|day|week|month
                            makes a budget or changes one; in force everywhere within seconds
    --tenant --team --app --key --user --task --provider --model WORD
                            whose spend counts, all of them given; * is any run of characters; none: everybody's
    --each team             one of this size for each team (key, user, model …) instead of one for all
    --soft                  never refuse, only do what the steps say; left out: refuse what would pass the limit
    --warn 80 --slow 90 --cheaper 90 --stop 120
                            at which share of the limit, in percent, to tell the webhook, to let calls wait, to choose the
                            cheapest target, to refuse; left out: warn at 80
    --unreachable share|refuse|allow
                            when neither Redis nor the collector answers (default share)
  remove NAME               takes one back

${collectorFlagsUsage}

What stands in the configuration is listed, and changed there alone. Exit code 0; 1 when the collector refuses or does not
answer; 2 when the arguments make no sense.`;

const flags = { ...budgetFlags, ...collectorFlags } as const;
const ofSet = Object.keys(budgetFlags);

interface Asked {
  name: string | undefined;
  values: Record<string, string | boolean | undefined>;
  terminal: Terminal;
}

export const budgets: Command = {
  summary: 'how much may be spent: list, set, remove',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [action, name, surplus] = words;
    const run = actions[action ?? ''];
    if (!run) throw new UsageProblem(action === undefined ? 'budgets what?' : `"budgets ${action}" does not exist.`);
    const misplaced = action === 'set' ? undefined : ofSet.find((flag) => values[flag] !== undefined);
    if (misplaced) throw new UsageProblem(`--${misplaced} belongs to "budgets set".`);
    const extra = surplus ?? (action === 'list' ? name : undefined);
    if (extra !== undefined) throw new UsageProblem(`"${extra}" means nothing here.`);
    return orExplained(terminal, () => run({ name, values, terminal }));
  },
};

const actions: Record<string, (asked: Asked) => Promise<number>> = {
  async list({ values, terminal }) {
    const { api } = operating(values, terminal);
    const list = await api.ask({ method: 'GET', path: 'api/budgets' }, BudgetList);
    terminal.print(values.json === true ? JSON.stringify(list) : budgetLines(list));
    return 0;
  },
  async set({ name, values, terminal }) {
    const { name: _name, ...body } = budgetFrom(named(name), values);
    const { api, loaded } = operating(values, terminal);
    const view = await api.ask({ method: 'PUT', path: pathOf(named(name)), body }, BudgetView);
    const { timezone } = loaded.configuration.collector;
    terminal.print(values.json === true ? JSON.stringify(view) : linesOf(view, timezone).join('\n'));
    return 0;
  },
  async remove({ name, values, terminal }) {
    const { api }: { api: CollectorApi } = operating(values, terminal);
    await api.ask({ method: 'DELETE', path: pathOf(named(name)) }, z.object({ ok: z.literal(true) }));
    terminal.print(values.json === true ? JSON.stringify({ removed: name }) : `The budget "${name}" is gone.`);
    return 0;
  },
};

const pathOf = (name: string): string => `api/budgets/${encodeURIComponent(name)}`;

function named(name: string | undefined): string {
  if (name === undefined) throw new UsageProblem('Which budget?');
  return name;
}
