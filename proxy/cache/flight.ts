// One answer on its way from a provider, and all who wait for the same. Whoever asked first leads; the others get the same
// bytes, each at its own pace, once it is certain that the leader's client gets them. Only what somebody still has to read is
// kept, and never more than a window's worth.

/** What a follower is handed. `data` answers false when it wants no more until `resume`. */
export interface FollowerSink {
  data(bytes: Buffer): boolean;
  end(): void;
  /** The answer broke off, or came too fast for it. */
  broken(): void;
}

/** The furthest that a follower may lag behind, bytes. */
export const windowBytes = 1024 * 1024;

type Stage = 'waiting' | 'live' | 'over' | 'failed';

export class Flight<Facts> {
  /** Resolves when there is something to follow (true), or when there will be nothing (false). */
  readonly begun: Promise<boolean>;
  /** Who answers, as soon as that is known. */
  head: Facts | null = null;
  /** In which format its leader asked, and the name of all that it said in it. */
  readonly asked: { dialect: string; exact: string };
  /** Called when the last follower has left before the end. */
  onDeserted: (() => void) | null = null;
  #stage: Stage = 'waiting';
  #chunks: Buffer[] = [];
  /** Place in the answer of the first byte kept, and of the next to come. */
  #from = 0;
  #to = 0;
  #settle!: (live: boolean) => void;
  readonly #followers = new Set<Follower<Facts>>();

  constructor(asked: { dialect: string; exact: string }) {
    this.asked = asked;
    this.begun = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Somebody reads it, or waits to. */
  get followed(): boolean {
    return this.#followers.size > 0;
  }

  /** Nobody can join any more, for its beginning is gone or it came to nothing. */
  get closed(): boolean {
    return this.#stage === 'failed' || this.#from > 0;
  }

  /** An attempt begins to answer; what one before it said is forgotten, for no follower has heard it. */
  begin(head: Facts): void {
    if (this.#stage === 'live' && this.#to > 0) return;
    this.head = head;
    this.#chunks = [];
    this.#from = 0;
    this.#to = 0;
  }

  take(bytes: Buffer): void {
    if (this.#stage === 'over' || this.#stage === 'failed') return;
    this.#chunks.push(bytes);
    this.#to += bytes.length;
    for (const follower of this.#followers) follower.flow();
    this.#trim();
  }

  /** The leader's client gets this one. */
  live(): void {
    if (this.#stage !== 'waiting' || !this.head) return;
    this.#stage = 'live';
    this.#settle(true);
  }

  end(whole: boolean): void {
    if (this.#stage === 'over' || this.#stage === 'failed') return;
    if (whole) this.live();
    const heard = this.#stage === 'live';
    this.#stage = whole && heard ? 'over' : 'failed';
    if (!heard) this.#settle(false);
    for (const follower of [...this.#followers]) follower.flow();
  }

  /** Null where its beginning is gone. Whoever has joined keeps it under way until it leaves. */
  join(): Follower<Facts> | null {
    if (this.closed) return null;
    const follower = new Follower(this);
    this.#followers.add(follower);
    return follower;
  }

  /** For followers: what comes after `place`; null where nothing has come yet. */
  after(place: number): Buffer | null {
    let at = this.#from;
    for (const chunk of this.#chunks) {
      if (place < at + chunk.length) return chunk.subarray(place - at);
      at += chunk.length;
    }
    return null;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get to(): number {
    return this.#to;
  }

  leave(follower: Follower<Facts>): void {
    if (!this.#followers.delete(follower) || this.followed) return;
    if (this.#stage !== 'over' && this.#stage !== 'failed') this.onDeserted?.();
  }

  /** What is beyond the window is kept for nobody. */
  #trim(): void {
    if (this.#to - this.#from <= windowBytes) return;
    for (const follower of [...this.#followers]) if (this.#to - follower.place > windowBytes) follower.fail();
    const needed = Math.min(this.#to, ...[...this.#followers].map(({ place }) => place));
    while (this.#chunks[0] && this.#from + this.#chunks[0].length <= needed) {
      this.#from += (this.#chunks.shift() as Buffer).length;
    }
  }
}

export class Follower<Facts> {
  place = 0;
  readonly #flight: Flight<Facts>;
  #sink: FollowerSink | null = null;
  #paused = false;
  #over = false;

  constructor(flight: Flight<Facts>) {
    this.#flight = flight;
  }

  /** What has come already is handed over at once. */
  attach(sink: FollowerSink): void {
    this.#sink = sink;
    if (this.#over) sink.broken();
    else this.flow();
  }

  resume(): void {
    this.#paused = false;
    this.flow();
  }

  /** Hands over all that has come, as far as it is wanted. */
  flow(): void {
    const flight = this.#flight;
    const sink = this.#sink;
    if (!sink || flight.stage === 'waiting') return;
    while (!this.#paused && !this.#over) {
      const bytes = flight.after(this.place);
      if (!bytes) break;
      this.place += bytes.length;
      if (!sink.data(bytes)) this.#paused = true;
    }
    if (this.#over || this.#paused || this.place < flight.to) return;
    if (flight.stage === 'over') this.#finish(() => sink.end());
    else if (flight.stage === 'failed') this.fail();
  }

  fail(): void {
    this.#finish(() => this.#sink?.broken());
  }

  leave(): void {
    this.#finish(() => {});
  }

  #finish(last: () => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#flight.leave(this);
    last();
  }
}
