import type { Logger } from "@logtape/logtape";
import { decode, edgeSource, encode } from "../../shared/codec.ts";
import type { Command } from "../../shared/command.ts";
import { type Address, CONTRACT_VERSION } from "../../shared/ids.ts";
import { refused, type Result } from "../../shared/result.ts";
import { verifyDetached } from "../../shared/signing.ts";
import { parseSubject } from "../../shared/subjects.ts";
import { clip } from "../publish/evidence.ts";
import { type WallClock, wallTime } from "../publish/wall_clock.ts";
import type { PinnedKeys } from "./trust.ts";
import type { ClaimedDecision } from "./verify.ts";

export interface CommandDeskOptions {
  site: string;
  device: string;
  printers: ReadonlySet<string>;
  keys(): PinnedKeys;
  clock: WallClock;
  /** Takes a job's manifest for a printer, with its registrar's signature; gives what to say of it. */
  takeJob(printer: string, body: Command["body"], registration: string): Promise<Result<string>>;
  /** Takes an announced change to a printer; gives what to say of it. */
  takeMaintenance(printer: string, body: Command["body"]): Result<string>;
  /** Takes the read model's word on what it has of a printer's deviations; gives what to say of it. */
  takeReceipt(printer: string, body: Command["body"]): Result<string>;
}

const DETAIL_CHARS_MAX = 300;
/** So many orders are remembered; each is in force for minutes only. */
const TAKEN_MAX = 1024;
const NO_ID = "00000000-0000-4000-8000-000000000000";

/** Answers requests: anyone whom the broker lets through may ping; what changes anything has to be signed. */
export class CommandDesk {
  /** Requests refused so far. */
  refused = 0;
  /** The ids of signed requests that were carried out: who sends one again isn't who made it. */
  #taken = new Set<string>();

  constructor(private readonly log: Logger, private readonly options: CommandDeskOptions) {}

  /** The reply to a request, in bytes; a bad request gets a reply that says what was wrong. */
  async take(request: ClaimedDecision): Promise<Uint8Array> {
    const { site, device } = this.options;
    const parsed = parseSubject(request.subject);
    const printer = parsed.ok ? parsed.value.address.printer : "unknown";
    const address = { site, device, printer };
    const decoded = decode("command", request.bytes);
    const id = decoded.ok ? decoded.value.data.id : NO_ID;
    const result = decoded.ok
      ? await this.#answer(request, decoded.value.data)
      : refused(decoded.issue);
    if (!result.ok) {
      this.refused += 1;
      this.log.warn("request on {subject} refused: {issue}", {
        subject: request.subject,
        issue: result.issue,
      });
    }
    return this.#reply(address, id, result);
  }

  async #answer(request: ClaimedDecision, command: Command): Promise<Result<string>> {
    const { site, device, printers, keys } = this.options;
    const parsed = parseSubject(request.subject);
    if (!parsed.ok || parsed.value.type !== "command" || parsed.value.verb !== command.verb) {
      return refused(`Cannot take a request: '${command.verb}' was required on its own subject`);
    }
    const { address } = parsed.value;
    if (address.site !== site || address.device !== device || !printers.has(address.printer)) {
      return refused(`Cannot take a request: one of this device's printers was required`);
    }
    if (command.verb === "ping") return { ok: true, value: "here" };
    const signed = await verifyDetached(request.bytes, request.signature, keys());
    if (!signed.ok) return signed;
    if (this.#taken.has(command.id)) {
      return refused(
        "Cannot take a request: a new one was required, got one that was taken before",
      );
    }
    this.#remember(command.id);
    const { registration = "" } = request;
    const result = await this.#carryOut(command.verb, address.printer, command.body, registration);
    // Else whoever misdirects a good order first would keep it from where it belongs.
    if (!result.ok) this.#taken.delete(command.id);
    return result;
  }

  #carryOut(
    verb: Exclude<Command["verb"], "ping">,
    printer: string,
    body: Command["body"],
    registration: string,
  ): Result<string> | Promise<Result<string>> {
    switch (verb) {
      case "job":
        return this.options.takeJob(printer, body, registration);
      case "maintenance":
        return this.options.takeMaintenance(printer, body);
      case "receipt":
        return this.options.takeReceipt(printer, body);
    }
  }

  #remember(id: string): void {
    this.#taken.add(id);
    if (this.#taken.size > TAKEN_MAX) this.#taken.delete(this.#taken.keys().next().value!);
  }

  #reply(address: Address, id: string, result: Result<string>): Uint8Array {
    const detail = clip(result.ok ? result.value : result.issue, DETAIL_CHARS_MAX);
    const time = wallTime(this.options.clock.nowMs());
    const about = { id: crypto.randomUUID(), source: edgeSource(address), time };
    return encode("reply", about, {
      contractVersion: CONTRACT_VERSION,
      id,
      ok: result.ok,
      detail,
    });
  }
}
