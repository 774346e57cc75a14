import { createTransport } from "nodemailer";
import { reasonOf } from "../../shared/reason.ts";
import type { ChannelWay } from "../subscriptions/channel_way.ts";
import type { Outgoing, Sent } from "../subscriptions/outgoing.ts";

const TIMEOUT_MS = 10_000;

/** The mail server that takes the console's messages. */
export interface MailServer {
  host: string;
  port: number;
  /** `tls` from the first byte, `starttls` or nothing else, or `none` for a server on the host. */
  security: "tls" | "starttls" | "none";
  user: string | null;
  password: string | null;
  from: string;
  /** A certificate authority of one's own, PEM. */
  ca: string | null;
}

/** Hands a message to the mail server; the alert's key is its Message-ID. */
export async function sendEmail(
  server: MailServer,
  way: Extract<ChannelWay, { type: "email" }>,
  { key, text, url }: Outgoing,
): Promise<Sent> {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.security === "tls",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    auth: server.user === null ? undefined : { user: server.user, pass: server.password ?? "" },
    tls: server.ca === null ? undefined : { ca: server.ca },
    // Else it asks the system for the host's name, which is nobody's business.
    name: "printwarden",
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { response } = await transport.sendMail({
      from: { name: "Printwarden", address: server.from },
      to: { name: "", address: way.address },
      subject: text.title,
      text: `${text.text}\n\n${url}\n`,
      messageId: `<${key}@${server.from.split("@").pop()}>`,
      headers: { "Auto-Submitted": "auto-generated" },
    });
    return { type: "delivered", detail: String(response).slice(0, 200) };
  } catch (error) {
    return refusalOf(error);
  } finally {
    transport.close();
  }
}

/** A receiver that doesn't exist won't by the next try either; all else may be put right. */
function refusalOf(error: unknown): Sent {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const message = reasonOf(error);
  const detail = (message || `No answer of the mail server: ${code || "none"}`).slice(0, 200);
  const response = error instanceof Error && "responseCode" in error ? error.responseCode : 0;
  const gone = code === "EENVELOPE" && typeof response === "number" && response >= 550;
  return { type: gone ? "refused" : "failed", detail };
}
