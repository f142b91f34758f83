// Asks the collector what the record says of the sidecar's own share.
import { OverheadAnswer } from '../../contract/questions/overhead.ts';

export interface AskRecordOptions {
  collectorUrl: string;
  basePath: string;
  /** '' where none is asked for. */
  accessKey: string;
  from: number;
  to: number;
}

/** Rejects with a sentence for people. */
export async function askRecord({
  collectorUrl,
  basePath,
  accessKey,
  from,
  to,
}: AskRecordOptions): Promise<OverheadAnswer> {
  const url = `${collectorUrl}${basePath}/api/overhead?from=${from}&to=${to}`;
  const headers: Record<string, string> = accessKey ? { authorization: `Bearer ${accessKey}` } : {};
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(60_000) }).catch((error: Error) => {
    const cause = error.cause as { code?: string } | undefined;
    throw new Error(
      `The collector at ${collectorUrl} cannot be asked: ${cause?.code ?? error.message}. Is it running?`,
    );
  });
  if (!answer.ok) throw new Error(`The collector at ${collectorUrl} answered ${answer.status}: ${await answer.text()}`);
  return OverheadAnswer.parse(await answer.json());
}
