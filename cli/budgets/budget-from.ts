// A budget as flags say it: `--team support --usd 50 --per day`.
import { Budget, type BudgetStep, SpendDimension } from '../../contract/access/budget.ts';
import { UsageProblem } from '../command.ts';

type Values = Record<string, string | boolean | undefined>;

export const budgetFlags = {
  ...(Object.fromEntries(SpendDimension.options.map((name) => [name, { type: 'string' }])) as Record<
    SpendDimension,
    { type: 'string' }
  >),
  each: { type: 'string' },
  usd: { type: 'string' },
  per: { type: 'string' },
  soft: { type: 'boolean' },
  warn: { type: 'string' },
  slow: { type: 'string' },
  cheaper: { type: 'string' },
  stop: { type: 'string' },
  unreachable: { type: 'string' },
} as const;

const actions = ['warn', 'slow', 'cheaper', 'stop'] as const;

/** Throws UsageProblem where it makes no sense. */
export function budgetFrom(name: string, values: Values): Budget {
  const { usd, per } = values;
  if (usd === undefined || per === undefined) throw new UsageProblem('A budget needs --usd and --per.');
  const match = Object.fromEntries(
    SpendDimension.options.flatMap((dimension) =>
      values[dimension] === undefined ? [] : [[dimension, values[dimension]]],
    ),
  );
  const steps = stepsFrom(values);
  const parsed = Budget.safeParse({
    ...{ name, for: match, limitUsd: Number(usd), per, hard: values.soft !== true },
    ...(values.each !== undefined && { each: values.each }),
    ...(values.unreachable !== undefined && { whenUnreachable: values.unreachable }),
    ...(steps.length > 0 && { steps }),
  });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UsageProblem(`${flagOf(issue?.path ?? [])}: ${issue?.message ?? 'it makes no sense'}.`);
}

function stepsFrom(values: Values): BudgetStep[] {
  return actions.flatMap((action) => {
    const given = values[action];
    if (given === undefined) return [];
    return String(given)
      .split(',')
      .map((text) => {
        const percent = Number(text);
        if (!(percent > 0)) throw new UsageProblem(`--${action} takes a share of the limit such as 80, not "${text}".`);
        return { percent, action };
      });
  });
}

const flags: Record<string, string> = { limitUsd: '--usd', whenUnreachable: '--unreachable', name: 'The name' };
const flagOf = (path: PropertyKey[]): string => {
  const field = String(path[0] === 'for' ? path[1] : path[0]);
  return flags[field] ?? `--${field}`;
};
