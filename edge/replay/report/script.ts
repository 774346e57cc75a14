/** Reads values off a plot under the pointer; without it the plots are complete all the same. */
export const REPORT_SCRIPT = `
for (const plot of document.querySelectorAll("figure.plot")) {
  const { unit, x, curves } = JSON.parse(plot.dataset.read);
  const [min, max, left, right] = x;
  const svg = plot.querySelector("svg[role=img]"), cursor = plot.querySelector(".cursor");
  const output = plot.querySelector("output");
  const box = svg.viewBox.baseVal;
  const nearest = (points, at) =>
    points.reduce((best, one) => Math.abs(one[0] - at) < Math.abs(best[0] - at) ? one : best);
  svg.addEventListener("pointermove", (event) => {
    const { left: edge, width } = svg.getBoundingClientRect();
    const px = Math.min(right, Math.max(left, (event.clientX - edge) / width * box.width));
    const at = min + (px - left) / (right - left) * (max - min);
    cursor.setAttribute("d", "M" + px + " 16V" + (box.height - 28));
    output.textContent = (at < 0 ? "\\u2212" : "+") + Math.abs(at).toFixed(1) + " s:  " +
      curves.map(({ name, points }) => {
        const value = nearest(points, at)[1];
        return name + " " + (value === null ? "no reading" : value + " " + unit);
      }).join(",  ");
  });
  svg.addEventListener("pointerleave", () => {
    cursor.setAttribute("d", "");
    output.textContent = "";
  });
}
`;
