// The support desk answers customers; it looks orders up through a tool and customers ask back.
import type { Random } from '../random.ts';
import type { Task } from '../task.ts';
import { handbook } from './handbook.ts';
import { drawPerson } from './people.ts';

const concerns = [
  (order: string) =>
    `my order ${order} was meant to arrive on Tuesday and the tracking page has not moved since Friday. Where is it?`,
  (order: string) =>
    `the zip of the tent from order ${order} broke on the second night. We pitched it as the manual says. What can you do?`,
  (order: string) => `I was charged twice for order ${order}. Please give me one of the payments back.`,
  (order: string) => `can I still change the address of order ${order}? We are moving on the first of the month.`,
  (order: string) => `the lamp in order ${order} does not charge any more, although the cable works with my telephone.`,
];
const openings = [
  'Thank you for writing.',
  'Thank you for the details.',
  'I have looked at your order.',
  'I am sorry for the trouble.',
];
const findings = [
  'The parcel was handed to the carrier and has had no scan for three working days. That is slower than usual but still within the time in which we wait before we open a trace.',
  'Your payment reached us once. The second line on your statement is a reservation that your bank lets go by itself, as a rule within four working days.',
  'This is covered by the warranty. The workshop will repair it, which takes about three weeks, and we can lend you a replacement for that time.',
  'The parcel has not left the warehouse yet, so the address can still be changed. I have put the new one on the order.',
];
const nextSteps = [
  'If nothing has changed by Friday, I will open a trace with the carrier and write to you again without your having to ask.',
  'Please send one photograph of the whole article and one of the fault; a reply to this message is enough.',
  'You need not do anything more. A confirmation is on its way to the address that we have on file.',
  'If the amount is still there next week, answer this message and accounting will write to your bank within two working days.',
];
const closings = [
  'Please do not send card numbers by e-mail; the last four digits are all we ever need.',
  'Customer care is here on working days from eight to six.',
  'I will keep this conversation open until it is settled.',
];

export const supportReply: Task = {
  name: 'support-reply',
  app: 'support-desk',
  team: 'customer-care',
  weight: 22,
  hours: 'office',
  models: [
    ['claude-sonnet-5', 5],
    ['gpt-5.6-luna', 3],
    ['gemini-3.6-flash', 2],
  ],
  streamed: 0.8,
  instructions: `You write the answers of the support desk.\n\n${handbook}`,
  maxTokens: 700,
  followUp: 0.45,
  tool: {
    name: 'lookup_order',
    description: 'Finds an order by its number: state, carrier and last scan.',
    parameters: {
      type: 'object',
      properties: { order: { type: 'string', description: 'Order number, NW- and six digits' } },
      required: ['order'],
    },
    arguments: (prompt) => ({ order: /NW-\d{6}/.exec(prompt)?.[0] ?? 'NW-000000' }),
    result: (parameters, random) => ({
      order: parameters.order,
      state: random.pick(['in transit', 'packed', 'delivered', 'waiting for stock']),
      carrier: random.pick(['Blue Parcel', 'Overland Post']),
      lastScan: `2026-11-${random.integer(10, 20)}T0${random.integer(6, 9)}:12:00Z`,
    }),
  },
  prompt: (random) => {
    const person = drawPerson(random);
    const extras = [
      `You can reach me at ${person.email} or ${person.phone}.`,
      `I paid with card ${person.card}.`,
      `My account for the refund: ${person.iban}.`,
      '',
    ];
    return `Hello, ${random.pick(concerns)(`NW-${random.integer(100_000, 999_999)}`)} ${random.pick(extras)}\n\n${person.name}`;
  },
  followUpPrompt: (random) =>
    random.pick([
      'Thanks. And how long will that take at the outside?',
      'That is not quite what I asked. Can I have the money back instead?',
      'Understood. Please write to my new address, the old mailbox is gone.',
      'I already did that last week. Could somebody call me instead?',
    ]),
  answer: (_prompt, random) => paragraphs(random, openings, findings, nextSteps, closings),
  reasoning: (random) =>
    random.pick([
      'The customer asks about one order. I check its state first, then paragraph 2 of the handbook.',
      'This may be a warranty case. Paragraph 4 asks for two photographs.',
    ]),
};

function paragraphs(random: Random, ...parts: readonly (readonly string[])[]): string {
  return parts.map((part) => random.pick(part)).join('\n\n');
}
