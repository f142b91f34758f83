// The smallest app there is: one chat completion through the proxy, then it says where to look.
const base = process.env.OPENAI_BASE_URL ?? 'http://127.0.0.1:4141/v1';
const answer = await fetch(`${base}/chat/completions`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    ...(process.env.OPENAI_API_KEY && { authorization: `Bearer ${process.env.OPENAI_API_KEY}` }),
    'x-sightline-app': 'example-app',
    'x-sightline-task': 'greeting',
    'x-sightline-user': 'example-user',
  },
  body: JSON.stringify({
    model: process.env.EXAMPLE_MODEL ?? 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Say hello to whoever watches the dashboard.' }],
  }),
});
process.stdout.write(`${answer.status} ${answer.headers.get('x-sightline-id')}\n${await answer.text()}\n`);
process.stdout.write('See it on http://127.0.0.1:4142\n');
