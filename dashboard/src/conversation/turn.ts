// A request as a conversation: what every dialect's reader produces and the drawer shows.

export type Role = 'system' | 'user' | 'assistant' | 'tool' | 'other';
export type Medium = 'image' | 'audio' | 'file' | 'video';

export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'call'; name: string; arguments: string }
  | { kind: 'result'; name: string; text: string }
  | { kind: 'media'; medium: Medium; note: string }
  | { kind: 'other'; json: unknown };

export interface Turn {
  role: Role;
  parts: Part[];
}

/** Reads the request body of one dialect. Never throws on odd input: what it cannot read becomes a part of kind other. */
export type ReadTurns = (body: Record<string, unknown>) => Turn[];
