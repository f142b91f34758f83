// Budgets as people read them: one line each, with what was spent of them.
import { SpendDimension } from '../../contract/access/budget.ts';
import type { BudgetList, BudgetSpend, BudgetView } from '../../contract/access/budget-view.ts';

/** Teams, keys … shown of one budget. */
const mostValues = 10;

export function budgetLines({ budgets, timezone }: BudgetList): string {
  if (budgets.length === 0) return 'There is no budget. `sightline budgets set NAME --usd 50 --per day` makes one.';
  return budgets.flatMap((view) => linesOf(view, timezone)).join('\n');
}

export function linesOf(view: BudgetView, timezone: string): string[] {
  const { budget, source, period } = view;
  const spend = view.spend.slice(0, mostValues);
  const kind = [budget.hard ? 'hard' : 'soft', source === 'configuration' ? 'in the configuration' : ''];
  const head = `${budget.name}: $${budget.limitUsd} per ${budget.per} for ${scopeOf(view)} (${kind.filter(Boolean).join(', ')})`;
  const until = `begins anew ${localTime(period.endsAt, timezone)} ${timezone}`;
  if (spend.length === 0) return [head, `  nothing spent; ${until}`];
  const left = view.spend.length - spend.length;
  return [
    head,
    ...spend.map((one) => `  ${spendLine(one)}`),
    ...(left > 0 ? [`  and ${left} more`] : []),
    `  ${until}`,
  ];
}

function spendLine({ value, spentNanos, heldNanos, percent }: BudgetSpend): string {
  const held = heldNanos > 0 ? `, ${usd(heldNanos)} held` : '';
  return `${value === '' ? '' : `${value}: `}${usd(spentNanos)} spent (${percent} %)${held}`;
}

function scopeOf({ budget }: BudgetView): string {
  const parts = SpendDimension.options.flatMap((name) => (budget.for[name] ? [`${name} ${budget.for[name]}`] : []));
  const each = budget.each ? `each ${budget.each}` : '';
  if (parts.length === 0) return each || 'everything';
  return each ? `${each} of ${parts.join(', ')}` : parts.join(', ');
}

/** To the cent, or as far as there is something to see. */
const usd = (nanos: number): string => {
  const dollars = nanos / 1e9;
  return `$${dollars === 0 || dollars >= 0.1 ? dollars.toFixed(2) : dollars.toPrecision(2)}`;
};

const localTime = (at: number, timezone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' }).format(at);
