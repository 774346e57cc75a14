/**
 * As `work`, but rejects once the program is asked to end by SIGINT or SIGTERM: so that whoever waits
 * ends what it has started, instead of leaving it behind.
 *
 * @throws {Error} that says so
 */
export async function unlessAsked<T>(work: Promise<T>): Promise<T> {
  const { promise: asked, reject } = Promise.withResolvers<never>();
  const end = () => reject(new Error("Cannot go on: the program was asked to end"));
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, end);
  try {
    return await Promise.race([work, asked]);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, end);
  }
}
