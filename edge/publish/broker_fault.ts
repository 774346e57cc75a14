import { NatsError } from "nats";

/** The same message is being stored at this moment, which may come to nothing. */
const DUPLICATE_IN_PROCESS = 10158;

/** Whether the same message would be refused again: permission, size, a wrong request. */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof NatsError)) return false;
  if (error.api_error?.err_code === DUPLICATE_IN_PROCESS) return false;
  if (error.api_error) return error.api_error.code >= 400 && error.api_error.code < 500;
  return error.isPermissionError() || error.code === "MAX_PAYLOAD_EXCEEDED" ||
    error.code === "BAD_SUBJECT";
}

/** What went amiss, in words for the log. */
export function reasonOf(error: unknown): string {
  if (error instanceof NatsError && error.code === "503") return "no stream takes this subject";
  return error instanceof Error ? error.message : String(error);
}
