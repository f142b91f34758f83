// Ends of runs of characters, found by a loop: V8's greedy quantifiers keep a stack entry per character and give up on
// runs of many megabytes.

const table = (characters: string): Uint8Array => {
  const codes = new Uint8Array(128);
  for (const character of characters) codes[character.charCodeAt(0)] = 1;
  return codes;
};

const lettersAndDigits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export const digits = table('0123456789');
export const alphanumerics = table(lettersAndDigits);
/** Letters of base64url, which are also those of most keys. */
export const urlSafe = table(`${lettersAndDigits}_-`);
export const base64 = table(`${lettersAndDigits}+/`);
/** What may stand in an Authorization header after the scheme (RFC 9110, token68). */
export const token68 = table(`${lettersAndDigits}-._~+/=`);

/** The first offset at or after `from` that is not in the run; `text.length` at most. */
export const endOfRun = (text: string, from: number, run: Uint8Array): number => {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code >= 128 || run[code] === 0) break;
    at++;
  }
  return at;
};
