// The support desk sorts incoming tickets: short, cheap, never streamed, answered in JSON.
import type { Task } from '../task.ts';
import { drawPerson } from './people.ts';

const subjects = [
  'Parcel is late',
  'Wrong size',
  'Refund has not arrived',
  'Invoice for my company',
  'Zip broke',
  'Change of address',
  'Is the stove safe indoors?',
  'Coupon does not work',
];

export const classifyTicket: Task = {
  name: 'classify-ticket',
  app: 'support-desk',
  team: 'customer-care',
  weight: 18,
  hours: 'always',
  models: [
    ['gpt-4o-mini', 6],
    ['gemini-3.1-flash-lite', 4],
  ],
  streamed: 0,
  instructions:
    'You sort support tickets. Answer with JSON only: {"category": delivery|returns|warranty|payment|safety|other, "urgency": 1-3, "language": ISO code}.',
  maxTokens: 60,
  followUp: 0,
  prompt: (random) => {
    const person = drawPerson(random);
    return `Subject: ${random.pick(subjects)}\nFrom: ${person.name} <${person.email}>\nPhone: ${person.phone}\n\n${random.pick(['Please help.', 'I have waited for ten days now.', 'Could you look into this today?', 'This is the third time I write.'])}`;
  },
  followUpPrompt: () => 'And the second best category?',
  answer: (_prompt, random) =>
    JSON.stringify({
      category: random.pick(['delivery', 'returns', 'warranty', 'payment', 'safety', 'other']),
      urgency: random.integer(1, 3),
      language: random.weighted([
        ['en', 6],
        ['de', 2],
        ['fr', 1],
        ['nl', 1],
      ]),
    }),
  reasoning: () => 'One label is enough.',
};
