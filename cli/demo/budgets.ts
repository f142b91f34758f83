// The budgets of a demo: none of them refuses anything, so that every call can be counted, but one is used up on the way.

export const demoBudgets = [
  {
    name: 'customer care',
    for: { team: 'customer-care' },
    limitUsd: 0.5,
    per: 'hour',
    hard: false,
    steps: [
      { percent: 50, action: 'warn' },
      { percent: 90, action: 'warn' },
    ],
  },
  { name: 'sonnet', for: { model: 'claude-sonnet-5' }, limitUsd: 20, per: 'day', hard: false },
  { name: 'every team', each: 'team', limitUsd: 300, per: 'month', hard: false },
];
