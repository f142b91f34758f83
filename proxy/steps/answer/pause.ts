// Waiting, as long as there is somebody to wait for.
import type { Exchange } from '../../exchange.ts';

/** Over at once when the client goes away. */
export function pause({ cancels }: Exchange, milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      cancels.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    cancels.add(wake);
  });
}
