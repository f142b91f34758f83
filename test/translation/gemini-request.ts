// Makes requests to Gemini for the tests: what is said, and what is written of it.
import { wellKnownProvider } from '../../catalog/providers.ts';
import { writeRequest } from '../../proxy/dialects/gemini/write-request.ts';
import { emptyRequest, type Message, type NeutralRequest, type Part } from '../../proxy/dialects/neutral/request.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are looked into by name
export type Loose = any;

const row = wellKnownProvider('google');
if (!row) throw new Error('The catalogue knows no google.');
export const google = { ...row, project: '', region: '' };

export function write(request: Partial<NeutralRequest>, model = 'gemini-3-flash-preview') {
  const written = writeRequest(
    { ...emptyRequest(), ...request },
    { model, quirks: google.quirks, maxOutputTokens: null },
  );
  return { ...written, body: written.body as Loose };
}

export const say = (role: Message['role'], ...content: (Part | string)[]): Message => ({
  role,
  name: '',
  content: content.map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part)),
});
