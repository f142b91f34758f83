// The smallest app there is: one chat completion through the proxy, then it says where to look. Needs no package.
const proxy = process.env.OPENAI_BASE_URL ?? 'http://127.0.0.1:4141/v1';
const patienceMs = 60_000;

/** Sends the call; while nobody listens yet (the proxy may still be starting) it tries again. */
async function call(until) {
  try {
    return await fetch(`${proxy}/chat/completions`, {
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
  } catch (error) {
    // Only what cannot have been sent is sent again.
    const notSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.cause?.code);
    if (!notSent || Date.now() > until) throw error;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return call(until);
  }
}

try {
  const answer = await call(Date.now() + patienceMs);
  process.stdout.write(`${answer.status} ${answer.headers.get('x-sightline-id')}\n${await answer.text()}\n`);
  process.stdout.write(`See it on ${process.env.EXAMPLE_DASHBOARD ?? 'http://127.0.0.1:4142'}\n`);
} catch (error) {
  process.stderr.write(
    `No answer from the proxy at ${proxy} (${error.cause?.code ?? error.message}). Is it running?\n`,
  );
  process.exitCode = 1;
}
