// The keys that the vault gives the providers of this process: those of its secrets that are open and in force at this
// moment. Follows the access document, the clock and the master keys, so that nothing has to be started anew.
import { randomUUID } from 'node:crypto';
import type { AccessDocument } from '../../contract/access/access-document.ts';
import type { SealedSecret } from '../../contract/access/secret.ts';
import type { NewEvent } from '../../contract/event.ts';
import { inForce, nextTurn } from './in-force.ts';
import type { KeyRing } from './key-ring.ts';
import { createOpenedSecrets, type Opened } from './opened-secrets.ts';
import { type Active, byProvider, type ProviderSecrets, sameSecrets } from './provider-secrets.ts';
import { createUseCounts } from './use-counts.ts';

export interface VaultKeys {
  /** By provider, for those that have a secret in force. */
  current(): ReadonlyMap<string, ProviderSecrets>;
  onChange(listener: () => void): void;
  /** Tells what is counted and stops following. */
  stop(): void;
}

export interface VaultKeysOptions {
  access: { current(): Pick<AccessDocument, 'secrets'>; onChange(listener: () => void): () => void };
  ring: KeyRing;
  onEvent(event: NewEvent): void;
  onProblem(message: string): void;
  /** Epoch milliseconds. */
  clock?: () => number;
  newId?: () => string;
  /** Pauses between two readings of master keys that some secret waits for. */
  retryMs?: { first: number; most: number };
}

const countEveryMs = 60_000;

export function createVaultKeys(options: VaultKeysOptions): VaultKeys {
  return new FollowingVault(options);
}

class FollowingVault implements VaultKeys {
  readonly #options: VaultKeysOptions;
  readonly #clock: () => number;
  readonly #opened: ReturnType<typeof createOpenedSecrets>;
  readonly #counts: ReturnType<typeof createUseCounts>;
  readonly #listeners: (() => void)[] = [];
  #current: ReadonlyMap<string, ProviderSecrets> = new Map();
  #turn: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retries = 0;
  readonly #counting: NodeJS.Timeout;
  #said = '';
  #stopped = false;
  readonly #unsubscribe: () => void;

  constructor(options: VaultKeysOptions) {
    const { access, ring, onEvent, clock = Date.now, newId = randomUUID } = options;
    this.#options = options;
    this.#clock = clock;
    this.#opened = createOpenedSecrets({ ring, clock, newId, onEvent });
    this.#counts = createUseCounts({ clock, newId, onEvent });
    this.#counting = setInterval(() => this.#counts.tell(), countEveryMs).unref();
    this.#unsubscribe = access.onChange(() => this.#refresh());
    this.#refresh();
  }

  current(): ReadonlyMap<string, ProviderSecrets> {
    return this.#current;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  stop(): void {
    this.#unsubscribe();
    clearTimeout(this.#turn);
    clearTimeout(this.#retry);
    clearInterval(this.#counting);
    this.#retry = undefined;
    this.#stopped = true;
    this.#counts.tell();
  }

  #refresh(): void {
    const now = this.#clock();
    const secrets = this.#options.access.current().secrets.filter((secret) => inForce(secret, now) !== 'over');
    const opened = this.#opened.take(secrets);
    const active = secrets.flatMap((secret, place) =>
      inForce(secret, now) === 'now' ? [{ secret, opened: opened[place] as Opened }] : [],
    );
    this.#count(active);
    this.#sayShut(secrets, opened);
    this.#scheduleTurn(now);
    const next = byProvider(active);
    if (sameSecrets(this.#current, next)) return;
    this.#current = next;
    for (const listener of this.#listeners) listener();
  }

  #count(active: readonly Active[]): void {
    const keys = active.flatMap(({ secret: { tenant, provider }, opened }) =>
      'key' in opened ? [{ key: opened.key, tenant, provider }] : [],
    );
    this.#counts.watch(keys);
  }

  /** The next moment at which a secret begins or ends to be in force. */
  #scheduleTurn(now: number): void {
    clearTimeout(this.#turn);
    const at = nextTurn(this.#options.access.current().secrets, now);
    if (at !== null) this.#turn = setTimeout(() => this.#refresh(), Math.min(at - now, 3_600_000)).unref();
  }

  /** Says once what is wrong, and reads the master keys again for as long as a secret waits for one. */
  #sayShut(secrets: readonly SealedSecret[], opened: readonly Opened[]): void {
    const shut = secrets.filter((_, place) => 'shut' in (opened[place] as Opened));
    const waiting = opened.some((one) => 'shut' in one && one.shut === 'no_master_key');
    this.#readAgain(waiting);
    const { ring, onProblem } = this.#options;
    const names = shut.map(({ id, provider }) => `${id} (${provider})`).join(', ');
    const why = waiting ? (ring.problem ?? 'none of the known master keys is the one they are sealed under.') : '';
    const message = names && `vault: these secrets cannot be opened and are not used: ${names}. ${why}`.trimEnd();
    if (message && message !== this.#said) onProblem(message);
    this.#said = message;
  }

  #readAgain(waiting: boolean): void {
    if (!waiting) this.#retries = 0;
    if (!waiting || this.#retry) return;
    const { ring, retryMs = { first: 1000, most: 60_000 } } = this.#options;
    const pause = this.#retries === 0 ? 0 : Math.min(retryMs.most, retryMs.first * 2 ** (this.#retries - 1));
    this.#retries += 1;
    this.#retry = setTimeout(async () => {
      await ring.reload();
      this.#retry = undefined;
      if (!this.#stopped) this.#refresh();
    }, pause).unref();
  }
}
