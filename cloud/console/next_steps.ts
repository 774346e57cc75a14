import type { Kind } from "../../shared/kinds.ts";
import type { Severity, Verdict } from "../../shared/verdict.ts";

/** What a person can do to find out, by kind: at the printer, at the host, or from afar. */
const CHECKS: Record<Kind, readonly string[]> = {
  "temperature": [
    "Ask whoever runs this printer whether they changed the set point",
    "Compare the line above with the sliced file; look in the host's log for who sent it",
    "If nobody did: take the host off the network before the next print",
  ],
  "fan": [
    "Ask whether somebody changed the fan at the host or the panel",
    "Compare the fan lines with the sliced file",
  ],
  "flow": [
    "Weigh or section the part: what is missing inside can't be seen from outside",
    "Compare the file on the host with the one that was sliced",
    "Don't use the part where it carries a load",
  ],
  "speed": [
    "Ask whether somebody tuned the speed at the host or the panel",
    "Compare F words and M220 with the sliced file",
  ],
  "geometry": [
    "Measure the part where the map shows a difference",
    "Compare the file on the host with the one that was sliced",
    "Don't use the part where its size matters",
  ],
  "order": [
    "Look in the host's log for resends or a plug-in that rewrites the stream",
    "Compare the lines above with the sliced file",
  ],
  "inserted": [
    "Find who sends: a person at the terminal, a plug-in, or a second program on the port",
    "If nobody is known: take the host off the network and change its passwords",
  ],
  "dropped": [
    "Look in the host's log for lost lines and resends; try another USB cable",
    "Section the part where lines are missing",
  ],
  "swapped-job": [
    "Ask which job was meant; register it if the change was wanted",
    "Compare the file on the host with the one that was sliced",
  ],
  "z-offset": [
    "Ask whether somebody set the first layer by hand just then",
    "Look at the first layer: squeezed flat, or not holding?",
  ],
  "retraction": [
    "Look for strings or gaps on the part",
    "Compare retractions with the sliced file; ask about changed slicer settings",
  ],
  "settings": [
    "Ask whether somebody saved settings at the panel or flashed the printer",
    "Read M503 and compare with the last known good copy",
  ],
  "protection": [
    "Stop the print unless you know who switched this off: nothing else guards the heater now",
    "Read M503 and compare; flash known firmware if in doubt",
  ],
  "firmware-mode": [
    "Stay at the printer until it is known who asked for this",
    "Flash firmware from a source you trust before the next print",
  ],
  "read-out": [
    "Ask who read the card or the settings",
    "Take it that the job's file is known elsewhere now",
  ],
  "hotend-heat": [
    "Look for a draught, an open door, a fan beside the printer",
    "Is the silicone sock in place, are screws and thermistor tight?",
    "If it stays: run a PID tune and see whether the power needed has changed",
  ],
  "bed-heat": [
    "Look for a draught or something that lies on the bed",
    "Feel the bed's cable near its clamp: a broken strand runs warm",
  ],
  "hotend-sensor": [
    "Hold a thermometer to the block: does it agree with the display?",
    "Check the thermistor's screw and plug; move its cable and watch the reading",
    "If the reading is too good to be true: flash known firmware before the next print",
  ],
  "bed-sensor": [
    "Hold a thermometer to the bed: does it agree with the display?",
    "Check the sensor's plug under the bed",
  ],
  "fan-airflow": [
    "Hold a strip of paper before the part fan: does it blow as told?",
    "Clean or replace the fan; look for a loose plug",
  ],
  "extrusion": [
    "Look at the nozzle: does filament come, does the gear slip?",
    "Check the spool for a tangle and the nozzle for a clog",
    "Section or weigh the part: missing material may lie inside",
  ],
  "motion-timing": [
    "Is the host busy? Look at its load and at the log for starved buffers",
    "Move the axes by hand: does one bind?",
  ],
  "firmware-identity": [
    "Ask whether somebody flashed this printer",
    "If nobody did: don't print; flash firmware from a source you trust",
  ],
  "link": [
    "Try another USB cable and port, away from motors and heaters",
    "Look for a second program on the same port",
  ],
  "stop": [
    "Ask whether somebody stopped it; look at the display for an error",
    "Check that heaters are off and the nozzle doesn't stand on the part",
  ],
  "surroundings": [
    "Look at door, window and heating of the room",
    "Check the supply's voltage under load",
  ],
  "sense": ["Check the plug and cable of the guard's own sense", "Until then it guards less"],
  "guard": [
    "Go to the device: look for foreign hardware, programs and open sessions",
    "Take it off the network; set it up anew from a card you trust",
  ],
};

/** What to do about a deviation, in the order in which to do it. */
export function nextSteps(kind: Kind, verdict: Verdict, severity: Severity): readonly string[] {
  return [...first(verdict, severity), ...CHECKS[kind]];
}

/** What can't wait. */
function first(verdict: Verdict, severity: Severity): readonly string[] {
  if (severity === "critical") {
    return ["Stop it now if nobody stands at the printer: it may harm machine or people"];
  }
  if (verdict === "potential-cyberthreat") {
    return ["Pause it if the part matters: a paused print can go on, a spoilt one can't"];
  }
  return [];
}
