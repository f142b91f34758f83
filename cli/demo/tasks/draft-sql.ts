// Analysts describe a question, the model drafts the SQL: reasoning models, medium answers.
import type { Task } from '../task.ts';

const questions = [
  'revenue per week and country for this quarter',
  'customers who bought a tent and returned it within 30 days',
  'the ten articles with the most warranty cases per unit sold',
  'median days from order to delivery by warehouse',
  'share of orders that used a coupon, by month',
];
const drafts = [
  'SELECT toStartOfWeek(ordered_at) AS week, country, sum(amount) AS revenue\nFROM orders\nWHERE ordered_at >= toStartOfQuarter(today())\nGROUP BY week, country\nORDER BY week, revenue DESC',
  "SELECT o.customer_id, min(r.returned_at - o.ordered_at) AS days\nFROM orders AS o\nJOIN returns AS r USING (order_id)\nWHERE o.category = 'tent' AND r.returned_at < o.ordered_at + INTERVAL 30 DAY\nGROUP BY o.customer_id",
  "SELECT article, countIf(kind = 'warranty') / count() AS share\nFROM events\nGROUP BY article\nHAVING count() > 100\nORDER BY share DESC\nLIMIT 10",
];

export const draftSql: Task = {
  name: 'draft-sql',
  app: 'analytics',
  team: 'data',
  weight: 7,
  hours: 'office',
  models: [
    ['gpt-5.6-terra', 5],
    ['gemini-3.1-pro-preview', 5],
  ],
  streamed: 0.5,
  instructions:
    'You draft SQL for our warehouse (ClickHouse). Tables: orders(order_id, customer_id, country, category, amount, ordered_at), returns(order_id, returned_at, reason), events(article, kind, at). Answer with one statement and one sentence on what to check.',
  maxTokens: 600,
  followUp: 0.4,
  prompt: (random) => `I need ${random.pick(questions)}.`,
  followUpPrompt: (random) =>
    random.pick([
      'Leave out test customers, please.',
      'Can you make it faster? It reads the whole table.',
      'Same, but per month.',
    ]),
  answer: (_prompt, random) =>
    `\`\`\`sql\n${random.pick(drafts)}\n\`\`\`\n\n${random.pick(['Check that refunds are booked as negative amounts, else revenue is too high.', 'Check the time zone of the timestamps: days are cut in UTC here.', 'Check for orders without a country; they form a group of their own.'])}`,
  reasoning: () =>
    'The grain is one row per order. The filter should use the sorting key so that little is read. Returns join by order, one to many, hence the aggregate.',
};
