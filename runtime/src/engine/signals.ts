/** Resolves at the first SIGINT or SIGTERM. From then on the signals do what they do by default. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    // A listener for signals alone does not keep the process alive.
    const alive = setInterval(() => {}, 2 ** 31 - 1);
    const onSignal = (signal: NodeJS.Signals) => {
      clearInterval(alive);
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      resolve(signal);
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}
