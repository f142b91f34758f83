// What is written down of budgets: set, removed, or reached up to one of their steps.
import { createHash, randomUUID } from 'node:crypto';
import type { EventAction, NewEvent } from '../../contract/event.ts';

export interface BudgetEventParts {
  name: string;
  /** Epoch milliseconds. */
  at: number;
  detail: Record<string, string>;
  id?: string;
}

export const budgetEvent = (action: EventAction, { name, at, detail, id }: BudgetEventParts): NewEvent => ({
  ...{ id: id ?? randomUUID(), startedAt: at, actor: id ? 'collector' : 'operator', action, subject: name, detail },
});

/** The same for one step of one budget in one period, whoever sees it reached and however often: a UUID of version 8. */
export function stepEventId(counter: string, percent: number, action: string): string {
  const hash = createHash('sha256').update(`${counter}\n${percent}\n${action}`).digest('hex');
  const variant = ((Number.parseInt(hash[16] as string, 16) & 3) | 8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
