// Random parts of messages: words of many scripts, images, files, thoughts with and without seals, results of tools.
import fc from 'fast-check';
import type {
  AudioPart,
  CacheMark,
  FilePart,
  ImagePart,
  Part,
  ReasoningPart,
  Seal,
  SealOrigin,
  TextPart,
  ToolResultPart,
} from '../../proxy/dialects/neutral/request.ts';
import type { Features } from './conversations.ts';

/** Text that is not blank and has no half characters: any provider takes it. */
export const words = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('Hello', 'Grüße aus Köln', '東京の天気は？', '👩‍👩‍👧 and 🇨🇭', 'a "quoted"\nline\t\\ end', 'שלום'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map((text) => `${text}.`),
  );

const base64 = (): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64'));

const marks = (features: Features): fc.Arbitrary<{ cache?: CacheMark }> =>
  features.cacheMarks
    ? fc.constantFrom({}, {}, { cache: { ttl: '' as const } }, { cache: { ttl: '1h' as const } })
    : fc.constant({});

const text = (features: Features): fc.Arbitrary<TextPart> =>
  fc.tuple(words(), marks(features)).map(([said, mark]) => ({ type: 'text', text: said, ...mark }));

function images(features: Features): fc.Arbitrary<ImagePart>[] {
  const detail = fc.constantFrom('', 'low', 'high', 'auto');
  const picture = (source: fc.Arbitrary<ImagePart['source']>): fc.Arbitrary<ImagePart> =>
    fc.tuple(source, detail, marks(features)).map(([from, fine, mark]) => {
      return { type: 'image', source: from, detail: fine, ...mark };
    });
  const mediaType = fc.constantFrom('image/png', 'image/jpeg', 'image/webp');
  const bytes = fc.record({ kind: fc.constant('data' as const), mediaType, data: base64() });
  const address = fc.constant({ kind: 'url' as const, url: 'https://pictures.example/cat.png' });
  return [...(features.images ? [picture(bytes)] : []), ...(features.imageUrls ? [picture(address)] : [])];
}

function files(features: Features): fc.Arbitrary<FilePart>[] {
  const file = (source: fc.Arbitrary<FilePart['source']>, name: fc.Arbitrary<string>): fc.Arbitrary<FilePart> =>
    fc.tuple(source, name, marks(features)).map(([from, called, mark]) => {
      return { type: 'file', source: from, name: called, ...mark };
    });
  const bytes = base64().map((data) => ({ kind: 'data' as const, mediaType: 'application/pdf', data }));
  const named = fc.constantFrom('paper.pdf', 'Übersicht.pdf');
  const address = fc.constant({ kind: 'url' as const, url: 'https://papers.example/paper.pdf' });
  const kept = fc.constant({ kind: 'id' as const, id: 'file-abc123' });
  return [
    ...(features.files ? [file(bytes, named)] : []),
    ...(features.fileUrls ? [file(address, fc.constant(''))] : []),
    ...(features.fileIds ? [file(kept, fc.constant(''))] : []),
  ];
}

const sound = (): fc.Arbitrary<AudioPart> =>
  fc.tuple(fc.constantFrom('audio/wav', 'audio/mpeg'), base64()).map(([mediaType, data]) => {
    return { type: 'audio', source: { kind: 'data', mediaType, data } };
  });

/** What a user (or, without attachments, a system message) says; there is always some text. */
export function asked(features: Features): fc.Arbitrary<Part[]> {
  const attachments = [...images(features), ...files(features), ...(features.audio ? [sound()] : [])];
  const more = features.severalTexts ? [text(features), ...attachments] : attachments;
  if (more.length === 0) return text(features).map((part) => [part]);
  const rest = fc.array(fc.oneof(...more), { maxLength: 3 });
  return fc.tuple(rest, text(features), fc.boolean()).map(([others, part, first]) => {
    return first || others.length === 0 ? [part, ...others] : [...others, part];
  });
}

/** What the assistant said without calling anything. */
export function answers(features: Features): fc.Arbitrary<Part[]> {
  const refusal = words().map((said): Part => ({ type: 'refusal', text: said }));
  const said = features.refusals
    ? fc.oneof({ weight: 4, arbitrary: text({}) }, { weight: 1, arbitrary: refusal })
    : text({});
  return fc.tuple(thoughts(features), said).map(([before, part]) => [...before, part]);
}

/** No thought, or one: whoever can seal several can seal one. */
export function thoughts(features: Features): fc.Arbitrary<ReasoningPart[]> {
  const origins = features.seals ?? [];
  const plain = words().map((thought): ReasoningPart => ({ type: 'reasoning', text: thought, seal: null }));
  const kinds = [...(features.reasoning ? [plain] : []), ...origins.map(sealedThought)];
  if (kinds.length === 0) return fc.constant([]);
  return fc.option(fc.oneof(...kinds)).map((thought) => (thought === null ? [] : [thought]));
}

function sealedThought(origin: SealOrigin): fc.Arbitrary<ReasoningPart> {
  const sealed = (kind: Seal['kind']): fc.Arbitrary<ReasoningPart> =>
    fc.tuple(words(), base64()).map(([thought, value]) => {
      const said = kind === 'redacted' ? '' : thought;
      return {
        type: 'reasoning',
        text: said,
        seal: seal(origin, kind, kind === 'details' ? details(said, value) : value),
      };
    });
  if (origin === 'anthropic') return fc.oneof(sealed('signature'), sealed('redacted'));
  if (origin === 'openai') return sealed('encrypted');
  return sealed(origin === 'openrouter' ? 'details' : 'signature');
}

const seal = (origin: SealOrigin, kind: Seal['kind'], value: string): Seal => {
  return { origin, kind, value, id: kind === 'encrypted' ? `rs_${value.replace(/\W/g, '')}` : '' };
};

const details = (thought: string, signature: string): string =>
  JSON.stringify([{ type: 'reasoning.text', text: thought, signature, format: 'anthropic-claude-v1', index: 0 }]);

/** Of all providers Google alone seals calls. */
export const callSeals = (features: Features): fc.Arbitrary<Seal | null> =>
  features.seals?.includes('gemini')
    ? fc.option(base64().map((value) => seal('gemini', 'signature', value)))
    : fc.constant(null);

/** A result that does not say yet which call it answers. */
export function toolResults(features: Features): fc.Arbitrary<ToolResultPart> {
  const pictures = features.toolImages ? images({ images: true }) : [];
  const content = fc.tuple(
    text({}),
    pictures.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...pictures), { maxLength: 1 }),
  );
  const failed = features.failedResults ? fc.boolean() : fc.constant(false);
  return fc.tuple(content, failed, marks(features)).map(([[said, shown], wrong, mark]) => {
    return { type: 'tool-result', callId: '', name: '', content: [said, ...shown], failed: wrong, ...mark };
  });
}
