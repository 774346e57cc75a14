import type { Logger } from "@logtape/logtape";
import type { Msg, NatsConnection } from "nats";
import { REGISTRATION_HEADER } from "../../shared/registrar.ts";
import { SIGNATURE_HEADER } from "../../shared/signing.ts";
import { deviceFilter } from "../../shared/subjects.ts";
import { reasonOf } from "./broker_fault.ts";
import type { BrokerOptions } from "./broker_options.ts";
import type { BrokerHandlers } from "./incoming.ts";

/** Where a reply may go: a client's inbox and nowhere else. */
const INBOX = /^_INBOX[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]+$/;

/** Answers what is asked of a device's printers, for as long as the connection stands. */
export function serveCommands(
  connection: NatsConnection,
  { site, device }: Pick<BrokerOptions, "site" | "device">,
  handlers: Pick<BrokerHandlers, "command">,
  log: Logger,
): void {
  connection.subscribe(deviceFilter(site, device, "command.*"), {
    callback: (error, message) => {
      if (error) log.warn("no commands: {reason}", { reason: reasonOf(error) });
      else void handleCommand(message, handlers, log);
    },
  });
}

async function handleCommand(
  message: Msg,
  handlers: Pick<BrokerHandlers, "command">,
  log: Logger,
): Promise<void> {
  if (!message.reply || !INBOX.test(message.reply)) {
    log.warn("command on {subject} refused: its reply must go to an inbox", {
      subject: message.subject,
    });
    return;
  }
  try {
    message.respond(
      await handlers.command({
        subject: message.subject,
        bytes: message.data,
        signature: message.headers?.get(SIGNATURE_HEADER) ?? "",
        registration: message.headers?.get(REGISTRATION_HEADER) ?? "",
      }),
    );
  } catch (error) {
    log.error("command on {subject} failed: {reason}", {
      subject: message.subject,
      reason: reasonOf(error),
    });
  }
}
