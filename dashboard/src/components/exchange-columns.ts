// The columns of the requests table, in order. The grid that lays them out stands in theme/tokens.css.

export const exchangeColumns = [
  { name: 'time', isFigure: false, class: '' },
  { name: 'outcome', isFigure: false, class: '' },
  { name: 'task', isFigure: false, class: '' },
  { name: 'model', isFigure: false, class: '' },
  { name: 'tokens', isFigure: true, class: 'max-xl:hidden' },
  { name: 'cost', isFigure: true, class: '' },
  { name: 'firstToken', isFigure: true, class: 'max-lg:hidden' },
  { name: 'total', isFigure: true, class: '' },
  { name: 'preview', isFigure: false, class: '' },
] as const;
