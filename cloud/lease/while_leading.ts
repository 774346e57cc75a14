import type { Lease } from "./lease.ts";

/**
 * Runs `lead` each time this replica comes to lead, with a signal that aborts when it ceases to.
 * A run always ends before the next begins; one that throws ends this as a whole.
 */
export async function whileLeading(
  lease: Lease,
  lead: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let wake = () => {};
  let term = new AbortController();
  const stopListening = lease.onChange((leads) => {
    if (!leads) term.abort();
    wake();
  });
  const end = () => {
    term.abort();
    wake();
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      if (lease.mayLead()) {
        term = new AbortController();
        await lead(term.signal);
        // Without this, a run that ends by itself would begin again at once.
        if (lease.mayLead() && !term.signal.aborted && !signal.aborted) await woken;
      } else await woken;
    }
  } finally {
    stopListening();
    signal.removeEventListener("abort", end);
  }
}
