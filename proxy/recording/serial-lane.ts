// One lane for everything that waits for the disk, so that no file is closed or renamed under a running fdatasync.

export class SerialLane {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `step` after all earlier steps. Its error goes to the caller and does not stop the lane. */
  run<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when everything queued so far has ended. */
  idle(): Promise<void> {
    return this.#last.then(() => {});
  }
}
