// The one line to change, per client library.

export interface ClientChange {
  id: string;
  name: string;
  before: string[];
  after: string[];
  /** The environment variable that does the same, or null. */
  variable: string | null;
}

/** `proxy` is the proxy's address without a slash at the end. */
export function clientChanges(proxy: string): ClientChange[] {
  return [
    {
      id: 'openai-python',
      name: 'OpenAI Python',
      before: ['client = OpenAI()'],
      after: [`client = OpenAI(base_url="${proxy}/v1")`],
      variable: `OPENAI_BASE_URL=${proxy}/v1`,
    },
    {
      id: 'openai-node',
      name: 'OpenAI Node',
      before: ['const client = new OpenAI();'],
      after: [`const client = new OpenAI({ baseURL: '${proxy}/v1' });`],
      variable: `OPENAI_BASE_URL=${proxy}/v1`,
    },
    {
      id: 'anthropic',
      name: 'Anthropic',
      before: ['client = Anthropic()'],
      after: [`client = Anthropic(base_url="${proxy}")`],
      variable: `ANTHROPIC_BASE_URL=${proxy}`,
    },
    {
      id: 'google-genai',
      name: 'Google GenAI',
      before: ['client = genai.Client()'],
      after: [`client = genai.Client(http_options={"base_url": "${proxy}"})`],
      variable: `GOOGLE_GEMINI_BASE_URL=${proxy}`,
    },
    {
      id: 'curl',
      name: 'curl',
      before: ['curl https://api.openai.com/v1/chat/completions \\'],
      after: [
        `curl ${proxy}/v1/chat/completions \\`,
        '  -H "Authorization: Bearer $OPENAI_API_KEY" \\',
        '  -H "Content-Type: application/json" \\',
        `  -d '{"model":"gpt-5.6-mini","messages":[{"role":"user","content":"Hello"}]}'`,
      ],
      variable: null,
    },
  ];
}
