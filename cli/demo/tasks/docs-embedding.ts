// The documentation search turns queries and passages into vectors: many small calls that cost next to nothing.
import type { Task } from '../task.ts';

const queries = [
  'rotate token',
  'csv import columns',
  'single sign-on with a second domain',
  'webhook delivered twice',
  'roles and permissions',
  'export orders by year',
  'warehouse transfer',
  'undo bulk change',
];

export const docsEmbedding: Task = {
  name: 'docs-embedding',
  app: 'docs-search',
  team: 'platform',
  weight: 14,
  hours: 'always',
  models: [['text-embedding-3-small', 1]],
  streamed: 0,
  instructions: '',
  maxTokens: 0,
  followUp: 0,
  prompt: (random) =>
    `${random.pick(queries)} ${random.pick(['', 'how', 'where', 'in version 4', 'for admins'])}`.trim(),
  followUpPrompt: (random) => random.pick(queries),
  answer: () => '',
  reasoning: () => '',
};
