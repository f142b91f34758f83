// Who calls, as budgets divide spend.
import type { Caller } from '../../budgets/compiled-budget.ts';
import type { Exchange } from '../../exchange.ts';

export function callerOf({ attribution, key }: Pick<Exchange, 'attribution' | 'key'>): Caller {
  const { tenant, team, app, user, task } = attribution;
  return { tenant, team, app, user, task, key: attribution.key, keyName: key?.name ?? '' };
}
