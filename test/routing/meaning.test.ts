// Prompts that nobody wrote into the examples find their route, and what is like no example falls through.
import { describe, expect, it } from 'vitest';
import { trainClassifier } from '../../routing/meaning.ts';
import { question, routerFor } from './question.ts';

const examples = {
  refunds: [
    'I want my money back for this order',
    'How do I get a refund?',
    'Please refund my last payment',
    'The parcel arrived broken, can I return it and be refunded?',
    'I was charged twice this month',
    'Cancel the order and give me the money back',
    'My credit card was billed for something I never bought',
    'When will the refund for my returned shoes arrive?',
  ],
  code: [
    'Write a Python function that parses a CSV file',
    'Why does this TypeScript code not compile?',
    'Fix the bug in this SQL query',
    'Refactor this class into smaller functions',
    'Write unit tests for this module',
    'Explain what this regular expression does',
    'Review my pull request for this React component',
    'How do I debug a segmentation fault in C++?',
  ],
  contracts: [
    'Review this contract for unusual liability clauses',
    'What does the indemnification clause mean?',
    'Draft a non-disclosure agreement between two companies',
    'Is this termination clause enforceable under German law?',
    'Summarise the obligations of the tenant in this lease',
    'Does the GDPR allow us to store this data?',
    'Compare these two versions of the licence agreement',
    'Which law governs this contract?',
  ],
};
const routes = Object.entries(examples).map(([route, list]) => ({ route, examples: list }));
const all = new Set(Object.keys(examples));
const classify = trainClassifier(routes);

describe('a prompt', () => {
  it.each([
    ['refunds', 'Can I have a refund for my order from last week?'],
    ['refunds', 'You charged my card twice, please give the money back'],
    ['refunds', 'I returned the shoes, where is my refund?'],
    ['refunds', 'please cancel my order and refund the payment'],
    ['code', 'Can you write a TypeScript function which parses dates?'],
    ['code', 'Write tests for this React component'],
    ['code', 'Why does my SQL query not run?'],
    ['code', 'Refactor these functions into a class'],
    ['contracts', 'Is the liability clause in this contract enforceable?'],
    ['contracts', 'Draft a licence agreement for our two companies'],
    ['contracts', 'Explain the termination clause of the agreement'],
    ['contracts', 'May we store this data under the GDPR?'],
  ])('that says it anew is like %s: %s', (route, prompt) => {
    const meaning = classify(prompt, all);
    expect(meaning.route).toBe(route);
    expect(meaning.confidence).toBeGreaterThan(0.5);
  });

  it.each([
    'What is a good recipe for banana bread?',
    'Who painted the Mona Lisa?',
    'Sing me a lullaby',
    'Give me a workout plan for beginners',
    'Wie spät ist es in Tokio?',
    'Write a haiku about the sea',
    'Tell me about the Roman empire',
    'qwer asdf',
    '',
  ])('about something else is like none: %s', (prompt) => {
    const { route, confidence } = classify(prompt, all);
    expect(route === '' || confidence < 0.5).toBe(true);
  });

  it('of any length is read in time: only its beginning and its end count', () => {
    const long = `How do I get a refund for my order? ${'lorem ipsum dolor '.repeat(20_000)}`;
    expect(classify(long, all).route).not.toBe('code');
  });
});

describe('the classifier', () => {
  it('says the same in every process', () => {
    const prompt = 'Refactor these functions into a class';
    expect(trainClassifier(routes)(prompt, all)).toEqual(classify(prompt, all));
  });

  it('chooses among the routes that are possible alone', () => {
    expect(classify('How do I get a refund?', new Set(['code'])).route).not.toBe('refunds');
  });

  it('has no opinion without examples', () => {
    expect(trainClassifier([])('anything', new Set())).toEqual({ route: '', confidence: 0 });
  });
});

describe('a route with examples', () => {
  const target = [{ provider: 'a', model: 'm' }];
  const router = routerFor(
    { name: 'support', match: { app: 'shop', examples: examples.refunds }, targets: target },
    { name: 'strict', match: { app: 'desk', examples: examples.code, threshold: 1 }, targets: target },
    { name: 'rest', targets: target },
  );
  const ask = (app: string, prompt: string) => router.decide(question({ app, prompt: () => prompt })).decision;

  it('takes what is like them, and the record says how sure it was', () => {
    const decision = ask('shop', 'Please refund my order');
    expect(decision.route).toBe('support');
    expect(decision.meaning?.route).toBe('support');
    expect(decision.meaning?.confidence).toBeGreaterThan(0.5);
  });

  it('lets the next route have what is not, and what is less sure than its threshold', () => {
    expect(ask('shop', 'Who painted the Mona Lisa?').route).toBe('rest');
    expect(ask('desk', 'Fix the bug in this query').route).toBe('rest');
  });

  it('asks nobody about prompts where its other conditions do not hold', () => {
    const prompt = () => {
      throw new Error('was asked');
    };
    expect(router.decide(question({ app: 'other', prompt })).decision).toMatchObject({ route: 'rest', meaning: null });
  });

  it('believes an answer that comes from elsewhere', () => {
    const meaning = { route: 'support', confidence: 0.9 };
    expect(router.decide(question({ app: 'shop', meaning })).decision).toMatchObject({ route: 'support', meaning });
  });
});
