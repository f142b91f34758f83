// What was captured of a request body, as text and, where it is whole, as JSON.

export interface RequestReading {
  /** Empty for bodies that are no text: uploads, compressed bytes. */
  text: string;
  /** Undefined when it is no JSON, or not all of it. */
  json: unknown;
}

const textual = /json|^text\/|xml|urlencoded|graphql|^$/i;

export function readRequest(bytes: Buffer, of: { headers: [string, string][]; cut: boolean }): RequestReading {
  const header = (wanted: string) => of.headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const encoding = header('content-encoding').toLowerCase();
  if (bytes.length === 0 || !textual.test(header('content-type')) || !['', 'identity'].includes(encoding)) {
    return { text: '', json: undefined };
  }
  // `stream`: a character that the capture limit went through is left out.
  const text = new TextDecoder().decode(bytes, { stream: of.cut });
  return { text, json: of.cut ? undefined : parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
