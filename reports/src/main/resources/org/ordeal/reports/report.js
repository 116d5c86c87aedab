"use strict";
(() => {
  document.documentElement.classList.add("scripted");
  const data = JSON.parse(document.getElementById("data").textContent);
  const area = document.getElementById("cursor-area");
  const readout = document.getElementById("readout");
  const number = new Intl.NumberFormat("en", {maximumFractionDigits: 1});

  function say(target, parts) {
    target.replaceChildren(...parts.map(([name, value]) => {
      const part = document.createElement("span");
      const label = document.createElement("span");
      label.className = "muted";
      label.textContent = name + " ";
      const strong = document.createElement("b");
      strong.textContent = value;
      part.append(label, strong);
      return part;
    }));
  }

  function show(seconds) {
    area.classList.add("pointed");
    const share = Math.min(1, Math.max(0, seconds / data.end));
    for (const line of area.querySelectorAll(".cursor")) {
      line.setAttribute("x1", share * 100 + "%");
      line.setAttribute("x2", share * 100 + "%");
    }
    const parts = [["at", seconds.toFixed(2) + " s"]];
    const bin = Math.floor(seconds / data.bin);
    for (const [kind, rates] of Object.entries(data.rates)) {
      if (bin < rates.ok.length) {
        parts.push([kind, number.format(rates.ok[bin]) + "/s"
          + (rates.bad[bin] > 0 ? ", " + number.format(rates.bad[bin]) + "/s unsuccessful" : "")]);
      }
    }
    for (const [kind, points] of Object.entries(data.latency)) {
      let best = null;
      for (const point of points) {
        if (best === null || Math.abs(point[0] - seconds) < Math.abs(best[0] - seconds)) {
          best = point;
        }
      }
      if (best !== null) {
        parts.push([kind + " 50 % / 99 % / max", best[1] + " / " + best[2] + " / " + best[3]]);
      }
    }
    const leaders = data.leaders.filter(s => s[0] <= seconds && seconds < s[1]).map(s => s[2]);
    if (data.leaders.length > 0) {
      parts.push(["leader", leaders.length > 0 ? leaders.join(", ") : "none"]);
    }
    const faults = data.faults.filter(s => s[0] <= seconds && seconds <= s[1]).map(s => s[2]);
    if (faults.length > 0) {
      parts.push(["fault", faults.join("; ")]);
    }
    say(readout, parts);
  }

  if (area !== null && data.end > 0) {
    let at = 0;
    const lanes = area.querySelector(".lane");
    area.addEventListener("pointermove", event => {
      const box = lanes.getBoundingClientRect();
      if (event.clientX >= box.left && event.clientX <= box.right) {
        at = (event.clientX - box.left) / box.width * data.end;
        show(at);
      }
    });
    area.addEventListener("keydown", event => {
      const step = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10}[event.key];
      if (step !== undefined || event.key === "Home" || event.key === "End") {
        at = event.key === "Home" ? 0 : event.key === "End" ? data.end
          : Math.min(data.end, Math.max(0, at + step * data.end / 200));
        show(at);
        event.preventDefault();
      }
    });
    area.addEventListener("focus", () => show(at));
  }

  for (const picture of document.querySelectorAll(".picture")) {
    const note = picture.querySelector(".picture-note");
    for (const bar of picture.querySelectorAll(".operation")) {
      const tell = () => { note.textContent = bar.dataset.note; };
      bar.addEventListener("pointerenter", tell);
      bar.addEventListener("focus", tell);
    }
    const button = picture.querySelector(".scale");
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!pressed));
      button.textContent = pressed ? "Draw to scale" : "Draw by order";
      for (const shape of picture.querySelectorAll("[data-x]")) {
        for (const name of ["x", "width"]) {
          if (shape.hasAttribute("data-" + name)) {
            const other = shape.getAttribute("data-" + name);
            shape.setAttribute("data-" + name, shape.getAttribute(name));
            shape.setAttribute(name, other);
          }
        }
        if (shape.hasAttribute("data-anchor")) {
          const other = shape.getAttribute("data-anchor");
          shape.setAttribute("data-anchor", shape.getAttribute("text-anchor"));
          shape.setAttribute("text-anchor", other);
        }
      }
    });
  }

  addEventListener("beforeprint", () => {
    for (const card of document.querySelectorAll("details")) {
      card.open = true;
    }
  });
})();
