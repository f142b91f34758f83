// Arguments of a tool call between JSON text, as most providers write them, and the object that Anthropic wants.
import { asObject } from '../reading/json-reading.ts';

/**
 * What is no JSON object is wrapped as Anthropic's documentation advises for answers that were cut short:
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming#handling-invalid-json-in-tool-responses
 */
export function toolInput(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  try {
    const input = asObject(JSON.parse(text));
    if (input !== null) return input;
  } catch {}
  return { INVALID_JSON: text };
}

/** Watches arguments come in and knows when the object is complete: nothing of this call can follow then. */
export class ObjectExtent {
  #depth = 0;
  #inString = false;
  #escaped = false;
  complete = false;

  push(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#escaped) this.#escaped = false;
      else if (this.#inString) this.#inside(code);
      else this.#outside(code);
    }
  }

  #inside(code: number): void {
    if (code === 0x5c) this.#escaped = true;
    else if (code === 0x22) this.#inString = false;
  }

  #outside(code: number): void {
    if (code === 0x22) this.#inString = true;
    else if (code === 0x7b || code === 0x5b) this.#depth++;
    else if ((code === 0x7d || code === 0x5d) && --this.#depth === 0) this.complete = true;
  }
}
