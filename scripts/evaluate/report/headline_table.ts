import type { Figures } from "./about.ts";
import { aimText, metText, valueText } from "./words.ts";

const BEGIN = "<!-- evaluate:begin -->";
const END = "<!-- evaluate:end -->";

/** The README's table: every aim and what was measured. */
export function headlineTable({ about, summary }: Figures): string {
  return [
    `${about.prints.toLocaleString("en")} prints, ${about.hours.toFixed(0)} h, ` +
    `${about.printers} printers that training never saw (\`${about.command}\`):`,
    "",
    "| figure | aim | measured (95 % interval) | |",
    "| --- | --- | --- | --- |",
    ...summary.aims.map((aim) =>
      `| ${aim.text} | ${aimText(aim)} | ${valueText(aim)} | ${metText(aim)} |`
    ),
  ].join("\n");
}

/**
 * Puts the table between its markers in a README's text.
 *
 * @throws {Error} if the markers aren't there.
 */
export function withHeadline(readme: string, table: string): string {
  const begin = readme.indexOf(BEGIN), end = readme.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`Cannot write the README: ${BEGIN} and ${END} were required in it`);
  }
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${readme.slice(end)}`;
}
