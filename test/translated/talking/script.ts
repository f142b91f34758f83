// The conversation that moves: what each turn says, whoever happens to answer it. Two rounds of tools (two calls at once, one
// of them without arguments; then one more), an answer, a further question and a last answer.

export interface ScriptedCall {
  name: string;
  arguments: Record<string, unknown>;
  /** What the tool says. */
  result: string;
}

export interface ScriptedTurn {
  thought: string;
  text: string;
  calls: ScriptedCall[];
}

export const question = 'Is it colder in Paris or in Rome, and how late is it?';
export const followUp = 'And in Fahrenheit?';
export const toolNames = ['weather_in', 'time_now'];

/** By how many tool results and user messages have been heard so far. */
export function turnAfter({ results, questions }: { results: number; questions: number }): ScriptedTurn {
  if (results === 0) return script[0];
  if (results === 2) return script[1];
  return script[questions > 1 ? 3 : 2];
}

export const script: readonly [ScriptedTurn, ScriptedTurn, ScriptedTurn, ScriptedTurn] = [
  {
    thought: 'I need the weather and the time.',
    text: '',
    calls: [
      { name: 'weather_in', arguments: { city: 'Paris', days: [1, 2] }, result: '{"degrees":7}' },
      { name: 'time_now', arguments: {}, result: 'half past nine' },
    ],
  },
  {
    thought: 'Rome is missing.',
    text: 'Now I look at Rome.',
    calls: [{ name: 'weather_in', arguments: { city: 'Rome' }, result: '{"degrees":12}' }],
  },
  { thought: '', text: 'Paris is colder, and it is half past nine.', calls: [] },
  { thought: '', text: '45 and 54 degrees.', calls: [] },
];

/** What a request tells of the conversation so far, in the order in which it tells it. */
export interface Heard {
  /** `weather_in({"city":"Paris"}) = {"degrees":7}`; without "= …" where the request holds no result. */
  calls: string[];
  texts: string[];
  questions: string[];
}

export const heardCall = (name: string, args: unknown, result: string | undefined): string =>
  `${name}(${JSON.stringify(args)})${result === undefined ? '' : ` = ${result}`}`;

/** What has to be heard when this many results are in. */
export function expectedHeard({ results, questions }: { results: number; questions: number }): Heard {
  const turns = script.slice(0, results === 0 ? 0 : results === 2 ? 1 : questions > 1 ? 3 : 2);
  return {
    calls: turns.flatMap(({ calls }) => calls.map((call) => heardCall(call.name, call.arguments, call.result))),
    texts: turns.map(({ text }) => text).filter((text) => text !== ''),
    questions: questions > 1 ? [question, followUp] : [question],
  };
}
