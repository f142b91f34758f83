// Splits text into prose, fenced code and masked placeholders, so that each can be shown as what it is. No markup is
// ever interpreted beyond that.

export type Stretch =
  | { kind: 'prose'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'masked'; text: string };

/** `masked` are the kinds that redaction counted, such as EMAIL; only these are taken for placeholders. */
export function stretchesOf(text: string, masked: readonly string[]): Stretch[] {
  const found: Stretch[] = [];
  let end = 0;
  for (const fence of text.matchAll(/^```[^\n]*\n([\s\S]*?)\n?```[ \t]*$/gm)) {
    found.push(...maskedOf(text.slice(end, fence.index).replace(/\n$/, ''), masked));
    found.push({ kind: 'code', text: fence[1] ?? '' });
    end = fence.index + fence[0].length;
  }
  return [...found, ...maskedOf(end ? text.slice(end).replace(/^\n/, '') : text, masked)];
}

function maskedOf(text: string, masked: readonly string[]): Stretch[] {
  const found: Stretch[] = [];
  let end = 0;
  for (const placeholder of text.matchAll(/[[<]{1,2}([A-Za-z][A-Za-z0-9_]*?)(?:_\d+(?:_\w+)?)?[\]>]{1,2}/g)) {
    if (!masked.some((kind) => kind.toUpperCase() === placeholder[1]!.toUpperCase())) continue;
    if (placeholder.index > end) found.push({ kind: 'prose', text: text.slice(end, placeholder.index) });
    found.push({ kind: 'masked', text: placeholder[0] });
    end = placeholder.index + placeholder[0].length;
  }
  if (end < text.length) found.push({ kind: 'prose', text: text.slice(end) });
  return found;
}
