// What two questions must have in common beside their meaning, because vectors hardly see it: numbers, names, quotations,
// identifiers, and whether something is asked or its opposite. In the order in which they stand: "from Rome to Oslo" is not
// "from Oslo to Rome".

const word =
  /"[^"]+"|“[^”]+”|`[^`]+`|'[^'\s][^']*'(?!\p{L})|\d[\d.,:/%-]*|[\p{L}\p{M}_][\p{L}\p{M}\p{N}_.@/-]*(?:['’]\p{L}+)?/gu;

/** Turn a question into its opposite, or say how much. */
const telling = new Set([
  ...['not', 'no', 'never', 'none', 'nor', 'without', 'cannot', 'except', 'unless', 'only', 'all', 'any', 'every'],
  ...[
    'before',
    'after',
    'above',
    'below',
    'over',
    'under',
    'more',
    'less',
    'fewer',
    'most',
    'least',
    'highest',
    'lowest',
  ],
  ...[
    'increase',
    'decrease',
    'enable',
    'disable',
    'add',
    'remove',
    'start',
    'stop',
    'open',
    'close',
    'buy',
    'sell',
    'on',
    'off',
  ],
  ...[
    'first',
    'last',
    'next',
    'previous',
    'min',
    'max',
    'minimum',
    'maximum',
    'best',
    'worst',
    'true',
    'false',
    'allow',
    'deny',
  ],
  ...[
    'one',
    'two',
    'three',
    'four',
    'five',
    'six',
    'seven',
    'eight',
    'nine',
    'ten',
    'eleven',
    'twelve',
    'twenty',
    'hundred',
  ],
  ...['thousand', 'million', 'half', 'double', 'today', 'tomorrow', 'yesterday'],
  ...['nicht', 'kein', 'keine', 'ohne', 'nie', 'ne', 'pas', 'jamais', 'sans', 'nunca', 'sin', 'non', 'mai', 'senza'],
]);

/** Begin sentences without naming anything. */
const openers = new Set([
  ...['what', 'how', 'who', 'why', 'when', 'where', 'which', 'whose', 'is', 'are', 'was', 'were', 'do', 'does', 'did'],
  ...['can', 'could', 'should', 'would', 'will', 'may', 'please', 'tell', 'explain', 'give', 'show', 'list', 'write'],
  ...[
    'describe',
    'summarize',
    'help',
    'the',
    'a',
    'an',
    'i',
    'my',
    'in',
    'for',
    'if',
    'we',
    'you',
    'it',
    'this',
    'that',
  ],
  ...['hi', 'hello', 'hey', 'make', 'find', 'define', 'name', 'let', 'to', 'of', 'and', 'or', 'but', 'at', 'with'],
]);

export function mustAgree(text: string): string {
  const found: string[] = [];
  for (const [token] of text.normalize('NFKC').matchAll(word)) {
    const plain = token.replace(/[.,:/-]+$/, '');
    const lower = plain.toLowerCase();
    if (/n['’]t$/.test(lower)) found.push('not');
    else if (telling.has(lower)) found.push(lower);
    else if (saysWhich(plain, lower)) found.push(plain);
  }
  return found.join('\n');
}

/** A number, a quotation, an identifier, or a name: what is written large and is not merely how a sentence begins. */
function saysWhich(plain: string, lower: string): boolean {
  if (/^["“`']|\d|_|\p{L}[.@/]\p{L}|\p{Ll}\p{Lu}/u.test(plain)) return true;
  return /^\p{Lu}/u.test(plain) && !openers.has(lower.replace(/['’].*$/, ''));
}
