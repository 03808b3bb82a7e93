import type { StoreHost } from "../../journal/store-host.ts";

/** How long to wait for a server. */
export type Patience = Pick<StoreHost, "timing" | "timeoutMs">;

/**
 * Waits for a server, but not for ever.
 *
 * @param giveUp called when it takes too long: breaks the connection off
 * @returns rejects then as a connection does that broke
 */
export function within<T>(call: Promise<T>, { timing, timeoutMs }: Patience, giveUp: () => void): Promise<T> {
  if (timeoutMs === Number.POSITIVE_INFINITY) return call;
  return new Promise((resolve, reject) => {
    const callOff = timing.after(timeoutMs, () => {
      giveUp();
      reject(Object.assign(new Error(`The server has not answered for ${timeoutMs} ms`), { code: "ETIMEDOUT" }));
    });
    call.then(
      (result) => {
        callOff();
        resolve(result);
      },
      (failure: unknown) => {
        callOff();
        reject(failure);
      },
    );
  });
}
