// Says no before anything leaves: what may not be sent, and what could not be recorded where that is forbidden.

import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import type { Recorder } from '../tap/recorder.ts';
import { type Credential, chooseCredential, clientKey } from '../upstream/credential.ts';

/** The credential that goes with the call, or a refusal. */
export function admit(exchange: Exchange, recorder: Recorder): Credential {
  if (!recorder.admits()) {
    throw new ProxyError(
      'SIGHTLINE_RECORDING_FULL',
      'This exchange could not be recorded, and the operator asked to refuse what cannot be ("recording.whenFull": ' +
        '"closed"). Is the collector reachable, and is there room on the disk?',
    );
  }
  if (!exchange.provider) throw new ProxyError('SIGHTLINE_INTERNAL', 'No provider was chosen.');
  const credential = chooseCredential(exchange.provider, clientKey(exchange.request.headers, exchange.search));
  refuseCrossSite(exchange.request.headers['sec-fetch-site'], credential);
  return credential;
}

/**
 * A page that somebody opens in a browser can post to a proxy on their machine. With the client's own key that is the
 * page's affair; with ours it would let any site spend it (Fetch Metadata, W3C).
 */
export function refuseCrossSite(fetchSite: string | string[] | undefined, credential: Credential): void {
  if (fetchSite !== 'cross-site' || !credential.dropClients) return;
  throw new ProxyError('SIGHTLINE_CROSS_SITE', 'A web page of another site may not use the keys configured here.');
}
