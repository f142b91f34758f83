// The first target of the list, the cheap one; the next is asked when the answer is not good enough (see escalate.ts).
import { fixed } from './fixed.ts';
import type { Strategy } from './strategy.ts';

export const cascade: Strategy = fixed;
