import type { FdStore } from "../serial/fd_store.ts";
import type { Files } from "../serial/files.ts";
import type { Libc } from "../serial/libc.ts";
import { openPipe } from "../serial/pipe.ts";
import { HostPort } from "./host_port.ts";
import type { Journal } from "./journal.ts";
import { KEPT, keptPipe, type KeptRing, letGo, taken } from "./kept.ts";
import { canSplice, LaneStore } from "./lane_store.ts";
import { Link } from "./link.ts";
import type { TapOptions } from "./options.ts";
import { PrinterPort } from "./printer_port.ts";

/** What a link is made of. */
export interface LinkNeeds {
  libc: Libc;
  files: Files;
  store: FdStore;
  /** Descriptors of a run before; emptied. */
  kept: Map<string, number>;
  journal: Journal;
  options: TapOptions;
  /** One word for each lane that says whether it is passing bytes on just now. */
  passing: KeptRing["passing"];
}

/**
 * Makes the link out of what a run before left, or anew.
 *
 * @throws {Error} with a sentence for the operator, if the port can't be had
 */
export function linkOf(needs: LinkNeeds): Link {
  const { libc, files, store, kept, journal, options } = needs;
  makeFolders(files, options);
  const printer = new PrinterPort(libc, files, store, options.portPath, options.baud);
  const pipes = {
    toPrinter: keptPipe(libc, store, kept, KEPT.toPrinter),
    toHost: keptPipe(libc, store, kept, KEPT.toHost),
  };
  const port = options.bypass ? null : taken(kept, KEPT.printer);
  const pty = options.bypass ? null : taken(kept, KEPT.pty);
  letGo(libc, store, kept);
  const goesOn = port !== null && printer.takeOver(port);
  if (!goesOn && !options.bypass) openFirst(printer, options, journal.log);
  const host = new HostPort(
    libc,
    files,
    store,
    options.linkPath,
    options.portPath,
    printer.baud,
    pty,
  );
  const copy = openPipe(libc);
  const [down, up] = needs.passing;
  const splices = canSplice(libc, copy);
  if (!splices) {
    journal.log("this kernel's terminals don't splice: a kill may cost the line under way");
  }
  const link: Link = new Link(host, printer, journal, {
    toPrinter: new LaneStore(libc, pipes.toPrinter, copy, host, printer, () => true, {
      splices,
      passing: down,
    }),
    toHost: new LaneStore(libc, pipes.toHost, copy, printer, host, () => link.hasHost(), {
      splices,
      passing: up,
    }),
  });
  return link;
}

function openFirst(printer: PrinterPort, options: TapOptions, log: (text: string) => void): void {
  const failure = printer.open();
  if (failure === null) return;
  if (failure !== "missing" || !options.wait) throw new Error(printer.issue ?? failure);
  log(`${printer.issue}; waiting for it`);
}

function makeFolders(files: Files, options: TapOptions): void {
  for (const path of [options.linkPath, options.socketPath]) {
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (folder !== "") files.makeFolder(folder);
  }
}
