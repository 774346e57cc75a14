function passReset(event: ErrorEvent): void {
  const { error } = event;
  const reset = error instanceof Error && "code" in error && error.code === "ECONNRESET";
  if (reset && "syscall" in error && error.syscall === "read") event.preventDefault();
}

/**
 * Under Deno a socket that nats.js has already given up may still report that its peer reset it,
 * with nobody left to listen, and that would end the program: so it does when nats-server refuses a
 * key. The client has dealt with the loss itself by then, so exactly this error is let pass.
 */
export function surviveReset(): void {
  // The same listener twice is one listener.
  globalThis.addEventListener("error", passReset);
}
