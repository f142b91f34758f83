// Puts the arguments of one function call together where Gemini streams them in pieces (streamFunctionCallArguments):
// each piece says where it belongs by a JSON path such as $.places[0].name, and strings may come in several pieces.
import { asText, type JsonObject, objectsIn } from '../reading/json-reading.ts';

type Container = Record<string, unknown> | unknown[];

/** Applies `partialArgs` of a chunk to the arguments so far. Pieces whose path cannot be followed are left out. */
export function applyPartialArguments(known: JsonObject, partialArguments: unknown): void {
  for (const piece of objectsIn(partialArguments)) {
    const steps = stepsOf(asText(piece.jsonPath));
    if (steps.length > 0) put(known, steps, piece);
  }
}

/** `$.a['b c'][0]` as ['a', 'b c', 0]; empty when it is no such path. */
function stepsOf(path: string): Array<string | number> {
  if (!path.startsWith('$')) return [];
  const steps: Array<string | number> = [];
  for (const match of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g)) {
    const [, dotted, index, quoted, doubleQuoted] = match;
    const step = index === undefined ? (dotted ?? quoted ?? doubleQuoted ?? '') : Number(index);
    if (step === '__proto__' || (typeof step === 'number' && step > 10_000)) return [];
    steps.push(step);
  }
  return steps;
}

function put(root: JsonObject, steps: Array<string | number>, piece: JsonObject): void {
  let container: Container = root;
  for (const [position, step] of steps.entries()) {
    const slots = container as Record<string | number, unknown>;
    const next = steps[position + 1];
    if (next === undefined) {
      slots[step] = pieceValue(piece, slots[step]);
      return;
    }
    if (typeof slots[step] !== 'object' || slots[step] === null) slots[step] = typeof next === 'number' ? [] : {};
    container = slots[step] as Container;
  }
}

function pieceValue(piece: JsonObject, known: unknown): unknown {
  if (typeof piece.stringValue === 'string') return asText(known) + piece.stringValue;
  if ('numberValue' in piece) return piece.numberValue;
  if ('boolValue' in piece) return piece.boolValue;
  return known ?? null;
}
