import {
  ErrorCode,
  headers as natsHeaders,
  type MsgHdrs,
  type NatsConnection,
  NatsError,
} from "nats";
import { refused, type Result } from "../../shared/result.ts";

/** Asks somebody on a subject; see `Broker.request`. */
export async function request(
  connection: NatsConnection,
  subject: string,
  bytes: Uint8Array,
  timeoutMs: number,
  headers: Record<string, string> = {},
): Promise<Result<Uint8Array>> {
  try {
    const reply = await connection.request(subject, bytes, {
      timeout: timeoutMs,
      headers: headersOf(headers),
    });
    return { ok: true, value: reply.data };
  } catch (error) {
    const reason = reasonOf(error, timeoutMs, connection.info?.max_payload);
    return refused(`Cannot ask '${subject}': a reply was required, got: ${reason}`);
  }
}

export function headersOf(headers: Record<string, string>): MsgHdrs {
  const carried = natsHeaders();
  for (const [name, value] of Object.entries(headers)) carried.set(name, value);
  return carried;
}

function reasonOf(error: unknown, timeoutMs: number, bytesMax: number | undefined): string {
  const code = error instanceof NatsError ? error.code : "";
  if (code === ErrorCode.NoResponders) return "nobody listens there";
  if (code === ErrorCode.Timeout) return `none within ${timeoutMs / 1000} s`;
  if (code === ErrorCode.MaxPayloadExceeded) {
    return `the broker takes ${bytesMax} bytes at most (max_payload in its configuration)`;
  }
  return error instanceof Error ? error.message : String(error);
}
