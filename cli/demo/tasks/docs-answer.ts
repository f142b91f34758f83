// Questions to the product documentation, answered from passages that the search found; users ask on.
import type { Task } from '../task.ts';
import { handbook } from './handbook.ts';

const topics = [
  'rotate an API token',
  'import products from a spreadsheet',
  'set up single sign-on',
  'export last year’s orders',
  'limit what interns can see',
  'connect a second warehouse',
  'undo a bulk change',
  'receive a webhook twice without double work',
];
const passages = [
  'Tokens live under Settings > Access. A rotated token keeps working for one hour so that running jobs can finish.',
  'Imports take CSV or XLSX. The first row names the columns; unknown columns are listed before anything is written.',
  'Roles are sets of permissions. A user has the union of their roles; a denied permission wins over a granted one.',
  'Webhooks carry an event id. Store it with a unique key and ignore what you have seen before.',
];
const steps = [
  'Open **Settings** and choose the section that is named in the passage.',
  'Pick the entry that you want to change and press *Edit*.',
  'Check the preview; nothing has been written at this point.',
  'Confirm with *Apply*. The change is in the activity log from then on.',
  'If a job is running, wait for it to finish or stop it first.',
  'Tell your colleagues: everybody who is signed in sees the change at once.',
];

export const docsAnswer: Task = {
  name: 'docs-answer',
  app: 'docs-search',
  team: 'platform',
  weight: 16,
  hours: 'always',
  models: [
    ['gpt-5.6-luna', 5],
    ['claude-haiku-4-5', 4],
    ['gemini-3.6-flash', 2],
  ],
  streamed: 0.95,
  instructions: `You answer questions from the documentation, with numbered steps and the passage you used.\n\n${handbook}`,
  maxTokens: 500,
  followUp: 0.35,
  prompt: (random) =>
    `Passages:\n- ${random.pick(passages)}\n- ${random.pick(passages)}\n\nQuestion: How do I ${random.pick(topics)}?`,
  followUpPrompt: (random) =>
    random.pick([
      'Does that also work through the API?',
      'What happens to users who are signed in?',
      'Can I do that for several at once?',
    ]),
  answer: (_prompt, random) => {
    const first = random.integer(0, 2);
    const chosen = steps.slice(first, first + random.integer(3, 4));
    return `Yes, this is possible.\n\n${chosen.map((step, i) => `${i + 1}. ${step}`).join('\n')}\n\nFrom the documentation: “${random.pick(passages)}”`;
  },
  reasoning: () => 'The second passage answers it; the first one gives the place in the menu.',
};
