// The tier that an exchange is paid in. Providers may serve another one than was asked for, and say so in their answer.
import type { PriceRow } from '../contract/prices.ts';

/** Words providers use for their plain tier. Any other word must be priced by a row, or the cost is unknown. */
const standardTiers = new Set([
  ...['', 'auto', 'default', 'standard', 'standard_only', 'on_demand', 'service_tier_unspecified', 'unspecified'],
]);

/** Null for a tier that nobody here has heard of. */
export function tierOf(word: string): PriceRow['tier'] | null {
  const tier = word.toLowerCase();
  if (standardTiers.has(tier)) return 'standard';
  return tier === 'batch' || tier === 'flex' || tier === 'priority' ? tier : null;
}

export interface TierWords {
  /** By the client or the route. */
  asked: string;
  /** In the answer; '' where it says nothing. */
  answered: string;
}

/**
 * What was answered wins over what was asked for. A batch is the exception: it is another way in, not a wish, and its
 * answers may still say "default". "auto" is a wish, too, so it says nothing in an answer.
 */
export function tierPaid({ asked, answered }: TierWords): string {
  if (asked.toLowerCase() === 'batch') return asked;
  return answered !== '' && answered.toLowerCase() !== 'auto' ? answered : asked;
}

/** Anthropic and Gemini say the tier inside their usage; '' where it is not there. */
export function tierInUsage(rawUsage: string | null): string {
  const found = /"service_?tier"\s*:\s*"([\w-]{1,40})"/i.exec(rawUsage ?? '');
  return found?.[1] ?? '';
}
