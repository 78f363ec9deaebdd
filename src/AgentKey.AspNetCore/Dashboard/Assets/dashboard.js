"use strict";

// Spending: bars by day, one colour a series, stacked. Exact amounts come as text; numbers only decide heights.
const dark = matchMedia("(prefers-color-scheme: dark)");

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function swatch(index) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 10 10");
  svg.setAttribute("aria-hidden", "true");
  const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ width: 10, height: 10, rx: 2, class: "u" + index })) square.setAttribute(name, value);
  svg.append(square);
  return svg;
}

function drawPlot(plot, data) {
  const css = getComputedStyle(document.documentElement);
  const colour = name => css.getPropertyValue("--" + name).trim();
  const sums = data.days.map(() => 0);
  const stacks = data.series.map(series => series.dollars.map((dollars, day) => (sums[day] += Math.max(0, dollars))));
  const axis = { stroke: colour("quiet"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false } };
  const options = {
    width: plot.clientWidth, height: plot.clientHeight, legend: { show: false }, cursor: { show: false },
    scales: { x: { time: true, range: (_, low, high) => [low - 43200, high + 43200] }, y: { range: (_, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
    tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    axes: [
      { ...axis, grid: { show: false }, values: (_, ticks) => ticks.map(tick => new Date(tick * 1000).toLocaleDateString("en", { month: "short", day: "numeric", timeZone: "UTC" })) },
      { ...axis, size: 64, values: (_, ticks) => ticks.map(tick => "$" + tick.toLocaleString("en", { maximumFractionDigits: 6 })) },
    ],
    series: [{}],
  };
  // The highest stack first: the others are drawn in front of it.
  for (let i = stacks.length - 1; i >= 0; i--) {
    options.series.push({ fill: colour("s" + i), stroke: colour("s" + i), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 36] }) });
  }
  plot.replaceChildren();
  return new uPlot(options, [data.days.map(day => Date.parse(day + "T00:00:00Z") / 1000), ...stacks.reverse()], plot);
}

function drawTable(table, data) {
  const head = element("tr");
  head.append(element("th", "Day"), ...data.series.map(series => element("th", series.name, "number")));
  const body = data.days.map((day, index) => {
    const row = element("tr");
    row.append(element("td", day), ...data.series.map(series => element("td", series.texts[index], "number")));
    return row;
  });
  const thead = element("thead");
  thead.append(head);
  const tbody = element("tbody");
  tbody.append(...body.reverse());
  table.replaceChildren(thead, tbody);
}

async function startChart(card) {
  const plot = card.querySelector(".plot");
  const buttons = [...card.querySelectorAll("[data-by]")];
  let data, drawn;
  const redraw = () => {
    drawn?.destroy();
    drawn = data && data.series.length ? drawPlot(plot, data) : undefined;
  };
  const load = async by => {
    buttons.forEach(button => button.setAttribute("aria-pressed", String(button.dataset.by === by)));
    const answer = await fetch(plot.dataset.source + (plot.dataset.source.includes("?") ? "&" : "?") + "by=" + by);
    if (!answer.ok) {
      plot.replaceChildren(element("p", "The spending could not be read.", "quiet"));
      return;
    }
    data = await answer.json();
    redraw();
    if (!data.series.length) plot.replaceChildren(element("p", "Nothing was spent in the last 30 days.", "quiet"));
    card.querySelector(".legend").replaceChildren(...data.series.map((series, index) => {
      const item = element("li");
      item.append(swatch(index), series.name + "  " + series.total);
      return item;
    }));
    drawTable(card.querySelector(".figures"), data);
    card.dataset.ready = by;
  };
  buttons.forEach(button => button.addEventListener("click", () => load(button.dataset.by)));
  dark.addEventListener("change", redraw);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (width !== innerWidth) redraw();
    width = innerWidth;
  });
  await load("tool");
}

// The feed: lines come as markup that the server has encoded; one with a known id replaces it.
function startFeed(list) {
  const state = document.querySelector(".live");
  const source = new EventSource(list.dataset.feed);
  source.addEventListener("open", () => { state.textContent = "● live"; state.classList.add("on"); });
  source.addEventListener("error", () => { state.textContent = "reconnecting …"; state.classList.remove("on"); });
  source.addEventListener("line", event => {
    const line = new DOMParser().parseFromString(event.data, "text/html").body.firstElementChild;
    const known = document.getElementById(line.id);
    if (known) {
      known.replaceWith(line);
    } else {
      line.classList.add("new");
      list.prepend(line);
      while (list.children.length > 100) list.lastElementChild.remove();
    }
  });
  addEventListener("pagehide", () => source.close());
}

// Relative times stay true while the page is open.
function tellTimes() {
  for (const time of document.querySelectorAll("time")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const distance = Math.abs(seconds);
    const [unit, size] = distance < 60 ? ["second", 1] : distance < 3600 ? ["minute", 60] : distance < 86400 ? ["hour", 3600] : distance < 5184000 ? ["day", 86400] : ["month", 2592000];
    const count = Math.floor(distance / size);
    const text = count + " " + unit + (count === 1 ? "" : "s");
    time.textContent = distance < 5 ? "now" : seconds < 0 ? text + " ago" : "in " + text;
  }
}

document.querySelectorAll(".chart").forEach(startChart);
document.querySelectorAll("[data-feed]").forEach(startFeed);
setInterval(tellTimes, 1000);
