// Shows every instant in the reader's own time zone, and keeps "3 min ago" true.
const DAY_MS = 86_400_000;
const ROUND_MS = 20_000;
const long = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const short = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

function span(apartS) {
  if (apartS < 60) return "under a minute";
  if (apartS < 3600) return `${Math.round(apartS / 60)} min`;
  return apartS < 86_400 ? `${Math.round(apartS / 3600)} h` : `${Math.round(apartS / 86_400)} d`;
}

function words(thenMs, isSpan) {
  if (isSpan) return span((Date.now() - thenMs) / 1000);
  const apartS = (thenMs - Date.now()) / 1000;
  if (Math.abs(apartS) * 1000 > DAY_MS) return short.format(thenMs);
  if (Math.abs(apartS) < 60) return "just now";
  return apartS < 0 ? `${span(-apartS)} ago` : `in ${span(apartS)}`;
}

export function showTimes() {
  for (const time of document.querySelectorAll("time[data-when]")) {
    const thenMs = Date.parse(time.dateTime);
    if (Number.isNaN(thenMs)) continue;
    const text = words(thenMs, time.dataset.when === "span");
    if (time.textContent !== text) time.textContent = text;
    time.title = long.format(thenMs);
  }
}

showTimes();
setInterval(showTimes, ROUND_MS);
document.addEventListener("refreshed", showTimes);
