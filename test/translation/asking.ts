// Makers of small requests in the neutral form, for suites that ask one provider and look at what is sent.
import type { DialectName } from '../../contract/words.ts';
import type { ProviderSide } from '../../proxy/dialects/dialect.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import {
  emptyRequest,
  type Message,
  type NeutralRequest,
  type Part,
  type ToolCallPart,
  type ToolResultPart,
} from '../../proxy/dialects/neutral/request.ts';
import type { TargetFacts } from '../../proxy/dialects/neutral/target.ts';
import type { Loose } from './rules/shape.ts';

export const targetOf = (model: string): TargetFacts => {
  return { model, quirks: { streamUsage: 'always' }, maxOutputTokens: null };
};

export function asking(dialect: DialectName, model: string) {
  const provider = dialects[dialect].provider as ProviderSide;
  return (changes: Partial<NeutralRequest>, target: Partial<TargetFacts> = {}) => {
    const asked = { ...emptyRequest(), ...changes };
    const written = provider.writeRequest(asked, { ...targetOf(model), ...target });
    const told = written.unsupported.map(({ field, changesAnswer }) => [field, changesAnswer]);
    return { ...written, body: written.body as Loose, told };
  };
}

export const user = (...content: Part[]): Message => ({ role: 'user', content, name: '' });
export const assistant = (...content: Part[]): Message => ({ role: 'assistant', content, name: '' });
export const results = (...content: Part[]): Message => ({ role: 'tool', content, name: '' });
export const text = (said: string): Part => ({ type: 'text', text: said });

export const call: ToolCallPart = {
  type: 'tool-call',
  id: 'c1',
  name: 'weather',
  arguments: '{"city":"Rome"}',
  seal: null,
};
export const result: ToolResultPart = {
  type: 'tool-result',
  callId: 'c1',
  name: '',
  content: [{ type: 'text', text: 'sunny' }],
  failed: false,
};
export const tool = { name: 'weather', description: 'Tells it.', parameters: { type: 'object' }, strict: null };
export const image = (url?: string): Part => ({
  type: 'image',
  source: url ? { kind: 'url', url } : { kind: 'data', mediaType: 'image/png', data: 'AAAA' },
  detail: '',
});
export const audio: Part = { type: 'audio', source: { kind: 'data', mediaType: 'audio/wav', data: 'AAAA' } };
