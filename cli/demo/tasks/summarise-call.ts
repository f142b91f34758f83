// Notes of sales calls, summarised: medium prompts full of names and numbers, an answer that may hit its length limit.
import type { Task } from '../task.ts';
import { drawPerson } from './people.ts';

const lines = [
  'They run eleven shops and want the same tents in all of them by March.',
  'The price was no problem, the delivery dates were.',
  'Their buyer asked for repair kits with every tenth tent.',
  'A competitor offered ninety days to pay; we said sixty.',
  'They will test two lamps in the shop in Ghent first.',
  'Their returns run at four percent and they want to know ours.',
];
const decisions = [
  '- Send an offer for 240 tents in two deliveries, January and March.',
  '- Ask the workshop for the price of repair kits.',
  '- Propose sixty days to pay, with two percent off for ten.',
  '- Lend two lamps for four weeks.',
  '- Prepare the returns figures of the last year.',
  '- Call again in the second week of December.',
];

export const summariseCall: Task = {
  name: 'summarise-call',
  app: 'sales-notes',
  team: 'sales',
  weight: 8,
  hours: 'office',
  models: [
    ['claude-haiku-4-5', 5],
    ['gemini-3.6-flash', 4],
    ['gpt-5.6-luna', 1],
  ],
  streamed: 0.3,
  instructions:
    'You summarise sales calls: three sentences, then what was agreed, then open questions. Name nobody who did not speak.',
  maxTokens: 120,
  followUp: 0.1,
  prompt: (random) => {
    const person = drawPerson(random);
    const start = random.integer(0, 2);
    return `Call with ${person.name} (${person.phone}, ${person.email}).\n\n${lines.slice(start, start + 4).join(' ')}`;
  },
  followUpPrompt: () => 'Shorter, please: one sentence for the head of sales.',
  answer: (_prompt, random) => {
    const start = random.integer(0, 2);
    return `The customer wants one assortment for all shops by March. ${lines[random.integer(1, 5)]} The mood was good.\n\nAgreed:\n${decisions.slice(start, start + random.integer(2, 4)).join('\n')}\n\nOpen:\n${decisions.slice(4).join('\n')}`;
  },
  reasoning: () => 'The dates matter more than the price here; they go first.',
};
