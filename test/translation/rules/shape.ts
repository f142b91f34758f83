// Small questions that rule books ask of JSON: is a field of the kind it must be, and is there none that nobody knows.

// biome-ignore lint/suspicious/noExplicitAny: what is under test is not trusted to have any shape
export type Loose = any;

type Check = (value: Loose, at: string) => string[];

export const isText: Check = (value, at) => (typeof value === 'string' ? [] : [`${at} is no text`]);
export const isFilled: Check = (value, at) => (typeof value === 'string' && value.trim() ? [] : [`${at} is blank`]);
export const isFlag: Check = (value, at) => (typeof value === 'boolean' ? [] : [`${at} is neither true nor false`]);
export const isObject: Check = (value, at) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? [] : [`${at} is no object`];
export const isBase64: Check = (value, at) =>
  typeof value === 'string' && value !== '' && /^[A-Za-z0-9+/]*={0,2}$/.test(value) ? [] : [`${at} is no base64`];

export const matches =
  (pattern: RegExp): Check =>
  (value, at) =>
    typeof value === 'string' && pattern.test(value) ? [] : [`${at} breaks ${pattern}: ${JSON.stringify(value)}`];

export const oneOf = (...words: unknown[]): Check => {
  return (value, at) =>
    words.includes(value) ? [] : [`${at} is ${JSON.stringify(value)}, none of ${words.join(', ')}`];
};

export const within =
  (from: number, to: number): Check =>
  (value, at) =>
    typeof value === 'number' && value >= from && value <= to
      ? []
      : [`${at} is not within ${from} and ${to}: ${value}`];

export const whole =
  (from: number): Check =>
  (value, at) =>
    Number.isInteger(value) && value >= from ? [] : [`${at} is no whole number from ${from} on: ${value}`];

export const listOf =
  (check: Check, fewest = 0): Check =>
  (value, at) => {
    if (!Array.isArray(value) || value.length < fewest) return [`${at} is no list of at least ${fewest}`];
    return value.flatMap((entry, index) => check(entry, `${at}[${index}]`));
  };

/** An object of these fields and no others; a name that ends with "?" may be missing. */
export const shape =
  (fields: Record<string, Check>): Check =>
  (value, at) => {
    if (isObject(value, at).length > 0) return isObject(value, at);
    const known = new Map(Object.entries(fields).map(([name, check]) => [name.replace(/\?$/, ''), check]));
    const missing = Object.keys(fields).filter((name) => !name.endsWith('?') && value[name] === undefined);
    return [
      ...missing.map((name) => `${at}.${name} is missing`),
      ...Object.keys(value).flatMap(
        (name) => known.get(name)?.(value[name], `${at}.${name}`) ?? [`${at}.${name} is unknown`],
      ),
    ];
  };

/** An object with one of these fields, and nothing else. */
export const union =
  (members: Record<string, Check>): Check =>
  (value, at) => {
    const names = Object.keys(value ?? {});
    const check = members[names[0] ?? ''];
    return names.length === 1 && check
      ? check(value[names[0] as string], `${at}.${names[0]}`)
      : [`${at} is none of ${Object.keys(members).join(', ')}: ${JSON.stringify(names)}`];
  };

export const anything: Check = () => [];
