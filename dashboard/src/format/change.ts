// The change to the previous period, and whether it is good news.

export interface Change {
  /** +12% */
  text: string;
  direction: 'up' | 'down' | 'flat';
  meaning: 'good' | 'bad' | 'neutral';
}

/** What a rise of the figure means. Spend and volume are neither good nor bad news by themselves. */
export type RiseMeans = 'bad' | 'good' | 'neutral';

/** Null when either period is unknown, or when there was nothing before to compare with. */
export function changeBetween(previous: number | null, current: number | null, rise: RiseMeans): Change | null {
  if (previous === null || current === null || previous === 0) return null;
  const share = (current - previous) / previous;
  const percent = Math.abs(share) * 100;
  if (percent < 0.5) return { text: '0%', direction: 'flat', meaning: 'neutral' };
  const amount = percent >= 1000 ? `${(1 + share).toFixed(0)}×` : `${Math.round(percent)}%`;
  const direction = share > 0 ? 'up' : 'down';
  if (rise === 'neutral') return { text: amount, direction, meaning: 'neutral' };
  return { text: amount, direction, meaning: (direction === 'up') === (rise === 'good') ? 'good' : 'bad' };
}
