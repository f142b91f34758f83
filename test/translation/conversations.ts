// Random conversations in the neutral form, well-formed as every provider wants them: they end with a user or a tool message,
// every call is answered by exactly one result in the tool message after it, ids are unique, arguments are JSON objects, texts
// say something. Canonical too: thoughts, words, refusal, calls in this order, and no two tool messages in a row.
import fc from 'fast-check';
import {
  emptyRequest,
  type Message,
  type NeutralRequest,
  type Part,
  type SealOrigin,
  type Tool,
  type ToolCallPart,
} from '../../proxy/dialects/neutral/request.ts';
import { answers, asked, callSeals, thoughts, toolResults, words } from './conversation-parts.ts';
import { settings, toolBoxes } from './conversation-settings.ts';

/** What may occur beside plain text between user and assistant; what is not named does not occur. */
export interface Features {
  /** A system message at the beginning. */
  system?: boolean;
  /** System messages further on as well, but neither last nor between calls and their results. */
  systemAnywhere?: boolean;
  /** Several text parts in one system or user message. */
  severalTexts?: boolean;
  /** Two user messages in a row, or a user message right after tool results. */
  userAfterAnything?: boolean;
  names?: boolean;
  /** Images as bytes; by address. */
  images?: boolean;
  imageUrls?: boolean;
  /** Files as bytes (PDF); by address; by the provider's id. */
  files?: boolean;
  fileUrls?: boolean;
  fileIds?: boolean;
  audio?: boolean;
  refusals?: boolean;
  /** Tools are offered, with a choice among them. */
  tools?: boolean;
  /** Tools have been called before, often several at once. Implies `tools`. */
  toolRounds?: boolean;
  /** Results with images in them. */
  toolImages?: boolean;
  failedResults?: boolean;
  /** Results say the name of their tool. */
  resultNames?: boolean;
  /** Earlier thoughts, unsealed ones included. */
  reasoning?: boolean;
  /** Earlier thoughts and calls sealed by these. */
  seals?: readonly SealOrigin[];
  cacheMarks?: boolean;
  answerFormats?: boolean;
  /** Temperature and top-p; the rest each by its name. */
  sampling?: boolean;
  topK?: boolean;
  seed?: boolean;
  penalties?: boolean;
  stops?: boolean;
  choices?: boolean;
  logprobs?: boolean;
  logitBias?: boolean;
  /** How hard to think: effort alone. */
  effort?: boolean;
  user?: boolean;
  metadata?: boolean;
  cacheKey?: boolean;
  serviceTier?: boolean;
  /** Fields of the provider's own. */
  extra?: boolean;
}

/** Everything at once, for writers that must not stumble whatever they are asked. */
export const everyFeature: Features = {
  ...{ system: true, systemAnywhere: true, severalTexts: true, userAfterAnything: true, names: true, images: true },
  ...{ imageUrls: true, files: true, fileUrls: true, fileIds: true, audio: true, refusals: true, tools: true },
  ...{ toolRounds: true, toolImages: true, failedResults: true, resultNames: true, reasoning: true },
  ...{ seals: ['anthropic', 'gemini', 'openai', 'openrouter'], cacheMarks: true, answerFormats: true, sampling: true },
  ...{ topK: true, seed: true, penalties: true, stops: true, choices: true, logprobs: true, logitBias: true },
  ...{ effort: true, user: true, metadata: true, cacheKey: true, serviceTier: true, extra: true },
};

export function conversations(features: Features = {}): fc.Arbitrary<NeutralRequest> {
  return toolBoxes(features).chain((tools) =>
    fc
      .tuple(messageLists(features, tools), settings(features, tools))
      .map(([messages, said]) => ({ ...emptyRequest(), model: 'some-model', tools, ...said, messages })),
  );
}

function messageLists(features: Features, tools: Tool[]): fc.Arbitrary<Message[]> {
  const turn =
    tools.length > 0 && features.toolRounds ? fc.oneof(plainTurn(features), toolTurn(features, tools)) : null;
  const rounds = fc.array(turn ?? plainTurn(features), { maxLength: 3 });
  const last = turn === null ? fc.constant(null) : fc.option(toolTurn(features, tools));
  const head = features.system ? fc.option(systemMessage(features)) : fc.constant(null);
  return fc.tuple(head, rounds, userTurn(features), last).map(([system, earlier, user, calls]) => {
    const before = system === null ? [] : [system];
    return withIds([...before, ...earlier.flat(), ...(calls === null ? user : untilTools(calls))]);
  });
}

function userTurn(features: Features): fc.Arbitrary<Message[]> {
  const user = message('user', asked(features), features);
  const between = features.systemAnywhere ? fc.option(systemMessage(features), { freq: 4 }) : fc.constant(null);
  const again = features.userAfterAnything ? fc.option(user, { freq: 4 }) : fc.constant(null);
  return fc.tuple(between, user, again).map((turn) => turn.filter((said) => said !== null));
}

function plainTurn(features: Features): fc.Arbitrary<Message[]> {
  return fc.tuple(userTurn(features), answer(features)).map(([asking, said]) => [...asking, said]);
}

/** User, calls, results; then the answer, or (where a provider may be asked so) the user again. */
function toolTurn(features: Features, tools: Tool[]): fc.Arbitrary<Message[]> {
  const ending = features.userAfterAnything ? fc.option(answer(features), { freq: 3 }) : answer(features);
  return fc
    .tuple(userTurn(features), fc.array(toolRound(features, tools), { minLength: 1, maxLength: 2 }), ending)
    .map(([asking, rounds, said]) => [...asking, ...rounds.flat(), ...(said === null ? [] : [said])]);
}

function toolRound(features: Features, tools: Tool[]): fc.Arbitrary<Message[]> {
  const call = fc.record({
    name: fc.constantFrom(...tools.map((tool) => tool.name)),
    arguments: fc.dictionary(fc.constantFrom('city', 'count', 'größe'), fc.oneof(words(), fc.integer(), fc.boolean())),
    seal: callSeals(features),
    result: toolResults(features),
  });
  const said = fc.tuple(thoughts(features), fc.option(words()));
  return fc.tuple(said, fc.array(call, { minLength: 1, maxLength: 3 })).map(([[thought, text], calls]) => [
    {
      role: 'assistant',
      name: '',
      content: [
        ...thought,
        ...(text === null ? [] : [{ type: 'text' as const, text }]),
        ...calls.map((made): ToolCallPart => {
          return {
            type: 'tool-call',
            id: '',
            name: made.name,
            arguments: JSON.stringify(made.arguments),
            seal: made.seal,
          };
        }),
      ],
    },
    {
      role: 'tool',
      name: '',
      content: calls.map(({ name, result }) => ({ ...result, name: features.resultNames ? name : '' })),
    },
  ]);
}

const answer = (features: Features): fc.Arbitrary<Message> => message('assistant', answers(features), features);

const systemMessage = (features: Features): fc.Arbitrary<Message> =>
  message('system', asked({ severalTexts: features.severalTexts, cacheMarks: features.cacheMarks }), features);

function message(role: Message['role'], content: fc.Arbitrary<Part[]>, features: Features): fc.Arbitrary<Message> {
  const name = features.names && role !== 'assistant' ? fc.constantFrom('', '', 'ada', 'Grace_H-1') : fc.constant('');
  return fc.record({ role: fc.constant(role), content, name });
}

/** Cuts what follows the last tool message, so that the conversation ends with it. */
function untilTools(messages: Message[]): Message[] {
  return messages.slice(0, messages.findLastIndex((message) => message.role === 'tool') + 1);
}

/** Numbers calls and their results alike: the n-th call of a message is answered by the n-th result after it. */
function withIds(messages: Message[]): Message[] {
  let made = 0;
  let answered = 0;
  const id = (count: number): string => `call_${count.toString(36).padStart(24, 'aB3dEf')}`;
  return messages.map((said) => ({
    ...said,
    content: said.content.map((part) => {
      if (part.type === 'tool-call') return { ...part, id: id(made++) };
      if (part.type === 'tool-result') return { ...part, callId: id(answered++) };
      return part;
    }),
  }));
}
