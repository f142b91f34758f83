// Says no before anything leaves: what could not be recorded where that is forbidden, what may be another tenant's, and what a
// web page of another site may not do.
import { goesOnFromStored, keepToOwnStore } from '../access/stored-things.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Recorder } from '../tap/recorder.ts';
import { type Credential, clientKey, credentialFor } from '../upstream/credential.ts';

/** Throws a ProxyError that says why. */
export function admit(exchange: Exchange, recorder: Recorder): void {
  if (!recorder.admits()) {
    throw new ProxyError(
      'SIGHTLINE_RECORDING_FULL',
      'This exchange could not be recorded, and the operator asked to refuse what cannot be ("recording.whenFull": ' +
        '"closed"). Is the collector reachable, and is there room on the disk?',
    );
  }
  const { target, request, search, body, scan } = exchange;
  keepToOwnStore(exchange.admission, () => goesOnFromStored(body, (field) => scan?.fields.has(field) === true));
  if (!target) throw new ProxyError('SIGHTLINE_INTERNAL', 'No provider was chosen.');
  refuseCrossSite(request.headers['sec-fetch-site'], credentialFor(target, clientKey(request.headers, search)));
}

/**
 * A page that somebody opens in a browser can post to a proxy on their machine. With the client's own key that is the
 * page's affair; with ours it would let any site spend it (Fetch Metadata, W3C).
 */
export function refuseCrossSite(fetchSite: string | string[] | undefined, credential: Credential): void {
  if (fetchSite !== 'cross-site' || !credential.dropClients) return;
  throw new ProxyError('SIGHTLINE_CROSS_SITE', 'A web page of another site may not use the keys configured here.');
}
