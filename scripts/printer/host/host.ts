/** A printing host: it sends lines in its own time and hears what the printer says. */
export interface Host {
  /** When the host next wants to send, s; infinite while it waits for an answer. */
  dueS: number;
  /** Takes the line that is due. */
  send(nowS: number): string;
  /** A line from the printer reaches the host. */
  hear(line: string, nowS: number): void;
  /** The file has been sent and answered. */
  done(): boolean;
}

/** How a host behaves. */
export interface HostOptions {
  /** printcore: numbered, checksummed. octoprint: the same and polls M105. plain: bare lines. */
  kind: "printcore" | "octoprint" | "plain";
  /** Time between an answer and the next line, s. */
  turnaroundS: number;
  /** Share of answers after which the host is busy with something else for 5–40 ms. */
  stallChance: number;
  /** Seconds between M105 polls; 0 for none. */
  pollS: number;
  /** Seconds between the firmware's own reports, asked by M155 before the file; 0 for none. */
  autoReportS: number;
  /** Wait after connecting before the file starts, s. */
  startDelayS: number;
}

/** A file's lines as a host sends them: without comments and empty lines. */
export function jobLines(gcode: string): string[] {
  const lines: string[] = [];
  for (const raw of gcode.split("\n")) {
    const comment = raw.indexOf(";");
    const line = (comment >= 0 ? raw.slice(0, comment) : raw).trim();
    if (line !== "") lines.push(line);
  }
  return lines;
}

/** `N12 G1 X1*72`. The checksum is the exclusive or of all bytes before the star. */
export function numbered(lineNumber: number, line: string): string {
  const text = `N${lineNumber} ${line}`;
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum ^= text.charCodeAt(i);
  return `${text}*${sum & 255}`;
}
