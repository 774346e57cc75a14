import { join } from "node:path";
import { addedUnit } from "./added_unit.ts";
import { type Child, startChild } from "../show/child.ts";
import { wait } from "../../shared/wait.ts";

/** What the emulated machine's console says once the computer has found the cable's serial port. */
export const PLUGGED = "A computer is plugged into the cable";
/** The number of the adapter that qemu's serial port at USB calls itself. */
export const ADAPTER = "0403:6001";

/**
 * The computer's end of the cable: the kernel's dummy controller is both a USB port that can be a
 * device and the host that it is plugged into, so the port appears in the same machine, and is led out.
 */
const COMPUTER = `[Unit]
StartLimitIntervalSec=0
[Service]
ExecStartPre=/bin/sh -c "test -c /dev/ttyACM0 && echo ${PLUGGED} > /dev/console"
ExecStart=/usr/bin/socat OPEN:/dev/ttyACM0,rawer,noctty OPEN:/dev/ttyS0,rawer,noctty,b115200
Restart=always
RestartSec=1
`;

/** Words of the kernel's command line that plug the computer in. */
export function computerWords(): string {
  return `modules_load=dummy_hcd,cdc_acm ${addedUnit("computer", COMPUTER)}`;
}

/** Joins the terminal of the host's program and the emulated computer's port. */
export async function joinTerminals(folder: string, host: string, port: string): Promise<Child> {
  const pty = (link: string) => `PTY,link=${link},rawer`;
  const child = startChild({
    name: "computer",
    command: "socat",
    args: [pty(host), pty(port)],
    logFolder: join(folder, "logs"),
  });
  for (const link of [host, port]) {
    while (!await Deno.stat(link).then(() => true, () => false)) {
      await wait(50);
    }
  }
  return child;
}
