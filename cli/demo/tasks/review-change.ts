// Code review of pull requests: large prompts, the dearest models, thinking shown, long answers.
import type { Task } from '../task.ts';
import { handbook } from './handbook.ts';

const files = [
  'src/cart/total.ts',
  'src/orders/retry.ts',
  'src/auth/session.ts',
  'src/search/rank.ts',
  'src/stock/reserve.ts',
];
const hunks = [
  '-  const total = items.reduce((sum, item) => sum + item.price, 0);\n+  const total = items.reduce((sum, item) => sum + item.price * item.count, 0);\n   return round(total);',
  '+  for (let attempt = 0; attempt < 5; attempt++) {\n+    try { return await send(order); } catch { await sleep(100); }\n+  }\n   throw new Error("gave up");',
  '-  if (session.expires < Date.now()) return null;\n+  if (session.expires <= now()) return null;\n   return session.user;',
  '+  const reserved = await db.one("select count from stock where sku = " + sku);\n+  if (reserved.count > 0) await db.none("update stock set count = count - 1");',
];
const findings = [
  '**Correctness.** The amount is multiplied before rounding, which is right, but `item.count` can be undefined for gift cards. Default it to 1 or make the type say so.',
  '**Security.** The SKU is pasted into the SQL text. Use a parameter; this is an injection as soon as a SKU comes from a spreadsheet.',
  '**Retries.** Every error is retried, including 400s, and the wait never grows. Retry only what can succeed later, and back off with jitter.',
  '**Concurrency.** Reading the stock and writing it are two statements. Two orders can take the last piece. Do it in one `update … where count > 0 returning count`.',
  '**Tests.** The new branch has no test. One case with an empty list and one at the boundary would have caught the old bug.',
  '**Naming.** `now()` hides the clock nicely; pass it in everywhere in this file so that the other checks agree with it.',
];

export const reviewChange: Task = {
  name: 'review-change',
  app: 'code-review',
  team: 'engineering',
  weight: 9,
  hours: 'office',
  models: [
    ['claude-opus-5', 6],
    ['gpt-5.6-terra', 4],
  ],
  streamed: 0.7,
  instructions: `You review changes to our shop’s code. Name what is wrong, why, and the smallest fix.\n\n${handbook}`,
  maxTokens: 1500,
  followUp: 0.3,
  prompt: (random) =>
    `Pull request #${random.integer(2000, 9000)}: ${random.pick(files)}\n\n\`\`\`diff\n${random.pick(hunks)}\n\`\`\`\n\n\`\`\`diff\n${random.pick(hunks)}\n\`\`\``,
  followUpPrompt: (random) =>
    random.pick([
      'Please show the fix for the first point as a diff.',
      'Is the retry acceptable for idempotent calls?',
      'Which of these would you block the merge for?',
    ]),
  answer: (_prompt, random) => {
    const first = random.integer(0, 3);
    return `${random.pick(['Two things should change before this is merged.', 'The direction is right; these points remain.', 'I would not merge this yet.'])}\n\n${findings.slice(first, first + random.integer(2, 3)).join('\n\n')}\n\n${random.pick(['Everything else reads well.', 'The rest is fine as it stands.'])}`;
  },
  reasoning: (random) =>
    random.pick([
      'The first hunk changes a sum. What are the types of price and count? Gift cards have no count in this code base, so the product may be NaN. The second hunk reads and writes without a lock, so two requests can interleave between them.',
      'I look for inputs that reach a query. The SKU does, unescaped. Then the retry: it swallows every error, also those that will never succeed, and waits a fixed time.',
    ]),
};
