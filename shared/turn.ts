/** A turn in a queue that is waited for, and that whoever waits may give up. Pure. */

/**
 * Waits at the end of a queue: whoever holds what it waits for calls the first function of the queue, having taken it
 * out. Rejects with the signal's reason when that aborts before, and has then left the queue.
 */
export function turnIn(queue: (() => void)[], signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const enter = () => {
    signal?.removeEventListener("abort", leave);
    resolve();
  };
  const leave = () => {
    queue.splice(queue.indexOf(enter), 1);
    reject(signal?.reason);
  };
  signal?.addEventListener("abort", leave, { once: true });
  queue.push(enter);
  return promise;
}
