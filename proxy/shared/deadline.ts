// A promise with an end: what has not come by then is missed, and what it says later is not heard.

export class MissedError extends Error {}

/**
 * Rejects with MissedError after `ms`. A timer may fire late, after a pause of our own, and before the sockets are read: what
 * lies there already is let in first, so that a busy moment here does not count as slowness there.
 */
export function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const miss = (): void => {
      if (!over) reject(new MissedError(`no answer within ${ms} ms`));
    };
    const timer = setTimeout(() => setImmediate(miss), ms);
    const settled = (): void => {
      over = true;
      clearTimeout(timer);
    };
    promise.then(
      (value) => {
        settled();
        resolve(value);
      },
      (error) => {
        settled();
        reject(error);
      },
    );
  });
}
