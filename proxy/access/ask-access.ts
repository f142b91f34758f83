// One question to the collector: is there another access document than the one that is known?
import { type Agent, request } from 'undici';
import { AccessDocument } from '../../contract/access/access-document.ts';

export interface AccessQuestion {
  collectorUrl: string;
  ingestKey: string;
  agent: Agent;
  deadlineMs: number;
  /** Of the document that is known; empty: none. */
  version: string;
}

/** `document` null: the known one is still in force. `problem` is for the operator's eyes and has no secret in it. */
export type AccessAnswer = { document: AccessDocument | null } | { problem: string };

/** Never rejects. */
export async function askAccess({ collectorUrl, ...question }: AccessQuestion): Promise<AccessAnswer> {
  const { ingestKey, agent, deadlineMs, version } = question;
  try {
    const answer = await request(`${collectorUrl.replace(/\/+$/, '')}/v1/access`, {
      dispatcher: agent,
      signal: AbortSignal.timeout(deadlineMs),
      headers: {
        accept: 'application/json',
        ...(version && { 'if-none-match': `"${version}"` }),
        ...(ingestKey && { authorization: `Bearer ${ingestKey}` }),
      },
    });
    if (answer.statusCode === 304) {
      await answer.body.dump();
      return { document: null };
    }
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      return { problem: `the collector answered ${answer.statusCode} to GET /v1/access` };
    }
    const read = AccessDocument.safeParse(await answer.body.json());
    if (read.success) return { document: read.data };
    const { path = [], message = '' } = read.error.issues[0] ?? {};
    return { problem: `the collector's access document cannot be read (${path.join('.')}: ${message})` };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    return { problem: `the collector at ${collectorUrl} does not answer GET /v1/access (${code ?? name})` };
  }
}
