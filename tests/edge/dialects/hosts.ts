/** How a host writes a line of its job; `line` is its number. */
export interface Host {
  name: string;
  write(body: string, line: number): string;
}

/** The sum that stands behind a numbered line's star. */
function checksum(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum ^= text.charCodeAt(at);
  return sum;
}

function numbered(text: string): string {
  return `${text}*${checksum(text)}`;
}

const squeezed = (body: string) => /^M117/.test(body) ? body : body.replace(/ /g, "");

export const HOSTS: readonly Host[] = [
  { name: "printcore, OctoPrint", write: (body, line) => numbered(`N${line} ${body}`) },
  { name: "Cura, no room behind the number", write: (body, line) => numbered(`N${line}${body}`) },
  {
    name: "Repetier-Host, room before the star",
    write: (body, line) => numbered(`N${line} ${body} `),
  },
  { name: "no room at all", write: (body, line) => numbered(`N${line} ${squeezed(body)}`) },
  { name: "lower case, no numbers, CRLF", write: (body) => `${body.toLowerCase()}\r` },
  { name: "comments left in", write: (body) => `${body} ; by the slicer` },
  { name: "comments in brackets, tabs", write: (body) => `${body.replace(/ /g, "\t")} (by hand)` },
  {
    name: "G01 for G1, plus signs",
    write: (body) => body.replace(/^G1 /, "G01 ").replace(/Z(?=\d)/, "Z+"),
  },
];
