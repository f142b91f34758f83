// Every task of the demo, and how a simulated provider recognises one.
import type { Task } from '../task.ts';
import { classifyTicket } from './classify-ticket.ts';
import { docsAnswer } from './docs-answer.ts';
import { docsEmbedding } from './docs-embedding.ts';
import { draftSql } from './draft-sql.ts';
import { extractInvoice } from './extract-invoice.ts';
import { reviewChange } from './review-change.ts';
import { summariseCall } from './summarise-call.ts';
import { supportReply } from './support-reply.ts';

export const tasks: readonly Task[] = [
  supportReply,
  classifyTicket,
  docsAnswer,
  docsEmbedding,
  reviewChange,
  draftSql,
  extractInvoice,
  summariseCall,
];

const byFirstLine = new Map(
  tasks.filter((task) => task.instructions !== '').map((task) => [firstLine(task.instructions), task]),
);

/** The task whose instructions these are, or null for a stranger's. */
export function taskOfInstructions(instructions: string): Task | null {
  return byFirstLine.get(firstLine(instructions)) ?? null;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
