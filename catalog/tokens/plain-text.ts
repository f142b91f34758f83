// Turns a stretch of a JSON body, cut anywhere, into about the text that a model reads: what is only JSON's or the API's
// packing falls away, and escapes become what they stand for.

/** Fields that say how a part is packed; their values are a word of the API's. */
const packing =
  /"(?:role|type|id|cache_control|tool_call_id|tool_use_id|call_id|status)"\s*:\s*(?:"[^"]*"|\{[^{}]*\})\s*,?/g;
/** Names of fields whose values are read by the model, without their names. */
const carrying = /"(?:content|text|parts|input_text|message|input|output|arguments|function)"\s*:\s*/g;
const boundaries = /"?\s*[}\]]+\s*,?\s*[{[]+\s*"?/g;
const escaped = /\\(?:u([0-9a-fA-F]{4})|(.))/gs;
const short: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '', f: '' };

export function plainText(json: string): string {
  const said = json.replace(packing, '').replace(carrying, '').replace(boundaries, '\n');
  if (!said.includes('\\')) return said;
  return said.replace(escaped, (_, code: string | undefined, letter: string) =>
    code === undefined ? (short[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
