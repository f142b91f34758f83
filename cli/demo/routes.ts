// The routes of a demo, so that its pages have something to show: a split that moves when a provider fails, a choice by
// price, a chain, and answers that are given twice. Clients go on asking for the models that they always asked for.

export const demoRoutes = [
  {
    name: 'support',
    match: { task: 'support-reply', dialect: 'anthropic-messages' },
    targets: [
      { provider: 'anthropic', model: 'claude-sonnet-5', weight: 70 },
      { provider: 'openai', model: 'gpt-5.6-luna', weight: 30 },
    ],
    fallback: [{ provider: 'google', model: 'gemini-3.6-flash' }],
  },
  {
    name: 'tickets',
    match: { task: 'classify-ticket', dialect: 'openai-chat' },
    strategy: 'cheapest',
    targets: [
      { provider: 'openai', model: 'gpt-4o-mini' },
      { provider: 'google', model: 'gemini-3.1-flash-lite' },
    ],
  },
  {
    name: 'queries',
    match: { task: 'draft-sql', model: 'gpt-5.6-terra' },
    targets: [{ provider: 'openai', model: 'gpt-5.6-terra' }],
    fallback: [{ provider: 'anthropic', model: 'claude-sonnet-5' }],
  },
  {
    name: 'handbook',
    match: { task: 'docs-answer', model: 'gpt-5.6-luna', dialect: 'openai-chat' },
    targets: [{ provider: 'openai', model: 'gpt-5.6-luna' }],
    cache: { mode: 'on', ttlSeconds: 600 },
  },
];
