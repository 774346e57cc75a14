/**
 * What an error says to whoever typed a command [pure]: a sentence of ours as it is, and what the
 * operating system or Deno has refused; null for a bug (a TypeError is
 * one whatever it says), of which the stack is needed.
 *
 * @param action what could not be done, as in "Cannot register a job"
 */
export function toldError(action: string, error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof TypeError) return null;
  if (error.message.startsWith("Cannot ")) return error.message;
  const code = "code" in error ? String(error.code) : "";
  const isRefusal = error.name === "NotCapable" || /^E[A-Z]+$/.test(code);
  return isRefusal ? `${action}: what it needs was required, got: ${error.message}` : null;
}
