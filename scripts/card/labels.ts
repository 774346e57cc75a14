import QRCode from "qrcode";

/** What stands on one card's label. */
export interface Label {
  /** The device's name, as it is found in the network. */
  name: string;
  /** What the code leads to. */
  url: string;
}

/** An A4 sheet of three by eight labels, mm. */
const PAGE = { width: 210, height: 297, columns: 3, rows: 8, margin: 8.5 };
const CODE_MM = 26;
const PADDING_MM = 3;
/** How many labels stand on one page. */
export const LABELS_PER_PAGE = PAGE.columns * PAGE.rows;

/** One page of labels as SVG, each with its code, its name and a place to write on. */
export function labelPage(labels: readonly Label[]): string {
  const [width, height] = [
    (PAGE.width - 2 * PAGE.margin) / PAGE.columns,
    (PAGE.height - 2 * PAGE.margin) / PAGE.rows,
  ];
  const placed = labels.slice(0, LABELS_PER_PAGE).map((label, index) => {
    const x = PAGE.margin + (index % PAGE.columns) * width;
    const y = PAGE.margin + Math.floor(index / PAGE.columns) * height;
    return `<g transform="translate(${x.toFixed(2)} ${y.toFixed(2)})">${
      oneLabel(label, width, height)
    }</g>`;
  });
  const size = `width="${PAGE.width}mm" height="${PAGE.height}mm"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${PAGE.width} ${PAGE.height}">
<style>text{font-family:sans-serif;fill:#000}</style>
${placed.join("\n")}
</svg>
`;
}

function oneLabel({ name, url }: Label, width: number, height: number): string {
  const left = CODE_MM + 2 * PADDING_MM;
  const top = (height - CODE_MM) / 2;
  const edge = `fill="none" stroke="#bbb" stroke-width=".1"`;
  return `<rect width="${width.toFixed(2)}" height="${height.toFixed(2)}" ${edge}/>` +
    `<path transform="translate(${PADDING_MM} ${top.toFixed(2)})" d="${codePath(url)}"/>` +
    `<text x="${left}" y="11" font-size="4" font-weight="bold">${escaped(name)}</text>` +
    `<text x="${left}" y="16" font-size="2.6">${escaped(name)}.local</text>` +
    `<text x="${left}" y="21" font-size="2.6">Printer:</text>` +
    `<path d="M${left} 27H${(width - PADDING_MM).toFixed(2)}" stroke="#000" stroke-width=".15"/>`;
}

/** A QR code as squares of one path, quiet zone included, `CODE_MM` wide. */
function codePath(text: string): string {
  const { size, data } = QRCode.create(text, { errorCorrectionLevel: "M" }).modules as {
    size: number;
    data: Uint8Array;
  };
  const quiet = 4;
  const side = CODE_MM / (size + 2 * quiet);
  const at = (modules: number) => ((modules + quiet) * side).toFixed(3);
  const step = side.toFixed(3);
  const squares = [...data.keys()].filter((index) => data[index] !== 0).map((index) =>
    `M${at(index % size)} ${at(Math.floor(index / size))}h${step}v${step}h-${step}z`
  );
  return squares.join("");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
