/** Colours by what a wire carries: the same on every sheet. */
const WIRE = {
  power: "#c62828",
  ground: "#263238",
  v33: "#ef6c00",
  signal: "#1565c0",
  plain: "#455a64",
} as const;
export type Wire = keyof typeof WIRE;

const FONT = "font-family='DejaVu Sans, Verdana, sans-serif'";

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A sheet of a wiring guide: parts are put on it by their places, in pixels, and read as SVG. */
export class Sheet {
  readonly #parts: string[] = [];

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly title: string,
    private readonly about: string,
  ) {
    this.text(24, 38, title, { size: 20, bold: true });
  }

  get svg(): string {
    const { width, height } = this;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
      `width="${width}" height="${height}" role="img" aria-labelledby="t d">`,
      `<title id="t">${escaped(this.title)}</title><desc id="d">${escaped(this.about)}</desc>`,
      `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
      ...this.#parts,
      "</svg>",
      "",
    ].join("\n");
  }

  text(
    x: number,
    y: number,
    text: string,
    { size = 13, bold = false, colour = "#212121", anchor = "start" } = {},
  ): this {
    const weight = bold ? ` font-weight="bold"` : "";
    this.#parts.push(
      `<text x="${x}" y="${y}" ${FONT} font-size="${size}" fill="${colour}" ` +
        `text-anchor="${anchor}"${weight}>${escaped(text)}</text>`,
    );
    return this;
  }

  /** A part with its name, and its pins named at their places on its edge. */
  box(
    x: number,
    y: number,
    width: number,
    height: number,
    name: string,
    fill = "#eceff1",
  ): this {
    this.#parts.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="${fill}" ` +
        `stroke="#455a64" stroke-width="1.5"/>`,
    );
    return this.text(x + width / 2, y + 20, name, { bold: true, anchor: "middle" });
  }

  /** A wire through the points, with a dot at its ends where it joins another. */
  wire(kind: Wire, ...points: [x: number, y: number][]): this {
    const path = points.map(([x, y], at) => `${at === 0 ? "M" : "L"}${x} ${y}`).join(" ");
    this.#parts.push(`<path d="${path}" fill="none" stroke="${WIRE[kind]}" stroke-width="2.5"/>`);
    return this;
  }

  dot(x: number, y: number, kind: Wire): this {
    this.#parts.push(`<circle cx="${x}" cy="${y}" r="4.5" fill="${WIRE[kind]}"/>`);
    return this;
  }

  resistor(x: number, y: number, value: string, { upright = false } = {}): this {
    const [width, height] = upright ? [14, 44] : [44, 14];
    this.#parts.push(
      `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" ` +
        `fill="#ffffff" stroke="#455a64" stroke-width="2"/>`,
    );
    return upright
      ? this.text(x + 14, y + 5, value)
      : this.text(x, y - 14, value, { anchor: "middle" });
  }

  /** An opto-isolator: LED between (x, y) and (x, y + 60), transistor between (x + 100, …). */
  opto(x: number, y: number): this {
    this.#parts.push(
      `<rect x="${x - 22}" y="${y - 8}" width="144" height="76" rx="4" fill="#fffde7" ` +
        `stroke="#455a64" stroke-width="1.5"/>`,
      `<path d="M${x} ${y} V${y + 18} M${x} ${y + 40} V${y + 60} M${x - 11} ${
        y + 18
      } h22 l-11 22 z ` +
        `M${x - 11} ${y + 40} h22" fill="#ffcdd2" stroke="#455a64" stroke-width="2"/>`,
      `<path d="M${x + 26} ${y + 22} l18 6 m-6 -6 l6 6 l-8 2 M${x + 26} ${
        y + 36
      } l18 6 m-6 -6 l6 6 ` +
        `l-8 2" fill="none" stroke="#c62828" stroke-width="1.5"/>`,
      `<path d="M${x + 70} ${y + 12} V${y + 48} M${x + 70} ${y + 22} L${x + 100} ${y + 6} V${y} ` +
        `M${x + 70} ${y + 38} L${x + 100} ${y + 54} V${
          y + 60
        } m-12 -14 l12 8 l-13 1" fill="none" ` +
        `stroke="#455a64" stroke-width="2"/>`,
      `<path d="M${x + 53} ${y - 8} V${y + 86}" stroke="#7b1fa2" stroke-width="2" ` +
        `stroke-dasharray="6 5"/>`,
    );
    return this.text(x + 53, y + 102, "isolation", {
      size: 11,
      colour: "#7b1fa2",
      anchor: "middle",
    });
  }

  /** A diode across something, upright; its bar is at the top. */
  diode(x: number, y: number, name: string): this {
    this.#parts.push(
      `<path d="M${x} ${y - 26} V${y + 26} M${x - 10} ${y - 8} h20 M${x - 10} ${
        y + 10
      } h20 l-10 -18 z" ` +
        `fill="#eceff1" stroke="#455a64" stroke-width="2"/>`,
    );
    return this.text(x - 14, y + 5, name, { size: 11, anchor: "end" });
  }

  ground(x: number, y: number): this {
    this.#parts.push(
      `<path d="M${x} ${y} v10 M${x - 13} ${y + 10} h26 M${x - 8} ${y + 15} h16 M${x - 3} ${
        y + 20
      } h6" stroke="${WIRE.ground}" stroke-width="2.5" fill="none"/>`,
    );
    return this;
  }

  /** A closed contact that opens when its coil is energised. */
  closedContact(x: number, y: number): this {
    this.#parts.push(
      `<circle cx="${x}" cy="${y}" r="4" fill="#fff" stroke="#455a64" stroke-width="2"/>` +
        `<circle cx="${x + 60}" cy="${y}" r="4" fill="#fff" stroke="#455a64" stroke-width="2"/>` +
        `<path d="M${x + 3} ${y - 2} L${x + 62} ${y - 7}" stroke="#455a64" stroke-width="3"/>`,
    );
    return this;
  }

  /** A line that may never be: crossed out. */
  cross(x: number, y: number, size = 16): this {
    this.#parts.push(
      `<path d="M${x - size} ${y - size} L${x + size} ${y + size} M${x + size} ${y - size} L${
        x - size
      } ${y + size}" stroke="#d50000" stroke-width="6" stroke-linecap="round"/>`,
    );
    return this;
  }

  note(x: number, y: number, lines: readonly string[], colour = "#37474f"): this {
    lines.forEach((line, at) => this.text(x, y + at * 19, line, { colour }));
    return this;
  }
}
