import { configure, getLogger, getTextFormatter, type Logger } from "@logtape/logtape";

/**
 * Sets the edge's log up: one line per event on standard error, where systemd's journal takes it.
 * Line breaks inside an event, such as a stack's, don't break that.
 */
export async function edgeLog(verbose: boolean): Promise<Logger> {
  const format = getTextFormatter({
    timestamp: "rfc3339",
    category: ".",
    value: (value) => typeof value === "string" ? value : JSON.stringify(value) ?? "nothing",
  });
  await configure({
    reset: true,
    sinks: {
      journal: (record) =>
        console.error(format(record).trimEnd().replaceAll(/\s*[\r\n]+\s*/g, " | ")),
    },
    loggers: [
      { category: "edge", lowestLevel: verbose ? "debug" : "info", sinks: ["journal"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["journal"] },
    ],
  });
  return getLogger("edge");
}
