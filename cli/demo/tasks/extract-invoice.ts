// Supplier invoices become JSON in a nightly batch: structured answers, personal and bank data in the prompt.
import type { Task } from '../task.ts';
import { drawPerson } from './people.ts';

const suppliers = ['Alpenstoff GmbH', 'Cordage & Fils', 'Harbor Canvas Co.', 'Lumen Works Ltd', 'Polder Packaging BV'];

export const extractInvoice: Task = {
  name: 'extract-invoice',
  app: 'invoice-reader',
  team: 'finance',
  weight: 11,
  hours: 'night',
  models: [
    ['gemini-3.6-flash', 5],
    ['gpt-4o-mini', 3],
    ['claude-haiku-4-5', 1],
  ],
  streamed: 0,
  instructions:
    'You read invoices. Answer with JSON only: {"supplier","number","date","currency","net","vat","gross","iban_last4"}. Use null for what the text does not say.',
  maxTokens: 200,
  followUp: 0,
  prompt: (random) => {
    const person = drawPerson(random);
    const net = random.integer(120, 9_800);
    return `${random.pick(suppliers)}\nInvoice ${random.integer(20_000, 99_999)} of ${random.integer(1, 28)} October 2026\nContact: ${person.name}, ${person.email}, ${person.phone}\n\n${random.integer(2, 60)} x ripstop fabric, 40 m roll\nNet ${net}.00 EUR\nVAT 21 % ${(net * 0.21).toFixed(2)} EUR\n\nPay to ${person.iban} within 30 days.`;
  },
  followUpPrompt: () => 'And the due date?',
  answer: (prompt, random) => {
    const net = Number(/Net (\d+)/.exec(prompt)?.[1] ?? random.integer(120, 9_800));
    return JSON.stringify({
      supplier: prompt.split('\n')[0] ?? null,
      number: /Invoice (\d+)/.exec(prompt)?.[1] ?? null,
      date: random.chance(0.9) ? `2026-10-${String(random.integer(1, 28)).padStart(2, '0')}` : null,
      currency: 'EUR',
      net,
      vat: Number((net * 0.21).toFixed(2)),
      gross: Number((net * 1.21).toFixed(2)),
      iban_last4: String(random.integer(1000, 9999)),
    });
  },
  reasoning: () => 'The gross amount is not stated; it follows from net and VAT.',
};
