// Requests as apps of different kinds send them: support, code review, extraction, translation, and talk about all of it. The
// same seed makes the same requests. Not a suite itself.

export interface Message {
  role: string;
  content: string;
}

const words = (
  'the of and to in a is that for it as was with be by on not he this are or his from at which but have an had they you were ' +
  'their one all we can her has there been if more when will would who so no customer order delivery refund account invoice ' +
  'payment because before between through another important different including following available information service ' +
  'question problem please understand possible development government university international experience particularly ' +
  'unfortunately appointment subscription cancelled yesterday temperature responsibility organisation quickly however'
).split(' ');
const names = [
  'order',
  'total',
  'userId',
  'parseRow',
  'retryCount',
  'buffer',
  'maxLength',
  'isValid',
  'fetchAll',
  'item',
];
const wide = [
  '我们需要在明天之前完成这个项目的测试工作，并且把结果发送给所有相关的同事。',
  '如果您有任何问题，请随时与我联系。数据库的性能在升级之后有了明显的提高。',
  '本日の会議は午後三時から始まります。資料を事前にご確認ください。',
  'システムの更新により、一部の機能が一時的に利用できなくなります。',
  '안녕하세요. 오늘 회의 자료를 보내 드립니다. 확인 부탁드립니다.',
  '시스템 점검이 예정되어 있어 서비스 이용이 제한될 수 있습니다.',
];

export class Prompts {
  #seed: number;

  #word = (): string => words[Math.floor(words.length * this.#random() ** 2)] as string;
  #pick = <Value>(values: readonly Value[]): Value => values[this.#below(values.length)] as Value;
  #below = (limit: number): number => Math.floor(this.#random() * limit);

  #random = (): number => {
    this.#seed = (this.#seed * 1_664_525 + 1_013_904_223) >>> 0;
    return this.#seed / 2 ** 32;
  };

  #prose = (length: number): string =>
    this.#upTo(length, () => {
      const sentence = Array.from({ length: 5 + this.#below(14) }, () => this.#word()).join(' ');
      return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}${this.#pick(['.', '.', '?', ',\n'])} `;
    });

  #code = (length: number): string =>
    this.#upTo(length, () => {
      const [one, other] = [this.#pick(names), this.#pick(names)];
      return this.#pick([
        `  const ${one} = await ${other}(${this.#pick(names)}, { limit: ${this.#below(900)} });\n`,
        `  if (${one}.length > ${this.#below(50)} && !${other}) return null;\n`,
        `export function ${one}(${other}: string): number {\n  // ${this.#word()} ${this.#word()} ${this.#word()}\n`,
        `    for (const ${one} of this.${other}) total += ${one}.${this.#pick(names)} ?? 0;\n  }\n`,
      ]);
    });

  #data = (length: number): string =>
    `[${this.#upTo(length, () => {
      const row = { id: this.#below(1e6), name: `${this.#word()} ${this.#word()}`, price: this.#below(9999) / 100 };
      return `${JSON.stringify({ ...row, createdAt: `2026-0${1 + this.#below(9)}-1${this.#below(10)}`, open: true })},\n`;
    })}]`;

  #wide = (length: number): string => this.#upTo(length / 3, () => this.#pick(wide));

  readonly #apps: [string, (length: number) => string][] = [
    [`You help customers of a shop. ${this.#prose(400)}`, this.#prose],
    [`You review TypeScript. ${this.#prose(200)}`, this.#code],
    [`You take orders out of tables and answer in JSON. ${this.#prose(150)}`, this.#data],
    [`You translate into English. ${this.#prose(100)}`, this.#wide],
    [
      `You answer questions about a code base. ${this.#prose(300)}`,
      (length) => this.#prose(length / 2) + this.#code(length / 2),
    ],
  ];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Messages of one request. */
  next(): Message[] {
    const [system, write] = this.#pick(this.#apps);
    const turns = 1 + 2 * this.#below(3);
    const length = (): number => Math.round(60 * 2 ** (this.#random() * 6));
    const said = Array.from({ length: turns }, (_, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: write(length()),
    }));
    return [{ role: 'system', content: system }, ...said];
  }

  #upTo(length: number, part: () => string): string {
    let text = '';
    while (text.length < length) text += part();
    return text;
  }

  /** Some words are far more common than others. */
}
