// 「全到，除了…」 by tapping names. Without this file every person has a plain choice instead.
"use strict";
(() => {
  const PRESENT = "present";

  const shown = (select) => (select.value === PRESENT ? "" : select.selectedOptions[0].textContent);

  function summary(roll) {
    const names = [...roll.querySelectorAll(".mt-roll select")]
      .filter((select) => select.value !== PRESENT)
      .map((select) => select.closest("li").querySelector("label").textContent);
    const said = roll.querySelector("[data-roll-said]");
    said.textContent = names.length
      ? `${roll.dataset.all}，${roll.dataset.except} ${names.length} 人：${names.join("、")}。`
      : `${roll.dataset.all}。没有到会的，点姓名选原因。`;
  }

  function paint(button, select) {
    const state = shown(select);
    button.classList.toggle("is-away", Boolean(state));
    button.replaceChildren(select.closest("li").querySelector("label").textContent);
    if (state) {
      const small = document.createElement("small");
      small.textContent = state;
      button.append(small);
    }
  }

  function closeChips(list, focus) {
    const open = list.querySelector(".mt-chips");
    if (!open) return;
    const button = list.querySelector('.mt-name[aria-expanded="true"]');
    open.remove();
    if (button) {
      button.setAttribute("aria-expanded", "false");
      if (focus) button.focus();
    }
  }

  function choose(roll, list, button, select, value, label) {
    if (![...select.options].some((option) => option.value === value)) {
      select.add(new Option(label, value));
    }
    select.value = value;
    paint(button, select);
    summary(roll);
    closeChips(list, true);
  }

  function openChips(roll, list, item, button, select) {
    const wasOpen = button.getAttribute("aria-expanded") === "true";
    closeChips(list, false);
    if (wasOpen) return;
    const box = document.createElement("li");
    box.className = "mt-chips";
    for (const option of select.options) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = option.selected ? "btn btn-primary" : "btn";
      chip.textContent = option.textContent;
      chip.addEventListener("click", () => choose(roll, list, button, select, option.value, option.textContent));
      box.append(chip);
    }
    const other = document.createElement("input");
    other.type = "text";
    other.maxLength = 100;
    other.className = "form-control";
    other.placeholder = "其他原因，写完按回车";
    other.setAttribute("aria-label", "其他请假原因");
    other.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const reason = other.value.trim();
      if (reason) choose(roll, list, button, select, `leave:${reason}`, `请假：${reason}`);
    });
    box.append(other);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") closeChips(list, true);
    });
    item.after(box);
    button.setAttribute("aria-expanded", "true");
    box.querySelector("button").focus();
  }

  // Arrow keys walk through the names, so that Tab leaves the roll in one step.
  function walk(list, event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.classList.contains("mt-name")) return;
    event.preventDefault();
    const names = [...list.querySelectorAll(".mt-name")];
    const next = names[names.indexOf(event.target) + step];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function enhance(roll) {
    const list = roll.querySelector(".mt-roll");
    if (!list || list.classList.contains("is-tapped")) return;
    list.classList.add("is-tapped");
    list.querySelectorAll("li").forEach((item, index) => {
      const select = item.querySelector("select");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "mt-name";
      button.tabIndex = index ? -1 : 0;
      button.setAttribute("aria-expanded", "false");
      button.addEventListener("click", () => openChips(roll, list, item, button, select));
      paint(button, select);
      item.append(button);
    });
    list.addEventListener("keydown", (event) => walk(list, event));
    summary(roll);
  }

  const enhanceAll = (root) => root.querySelectorAll("[data-roll]").forEach(enhance);

  document.addEventListener("DOMContentLoaded", () => enhanceAll(document));
  document.addEventListener("htmx:afterSettle", () => enhanceAll(document));

  // Another day or another kind has another roster: ask for it, keeping all that is typed.
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form.mt-form");
    if (!form) return;
    const control = event.target;
    if (control.dataset.refresh || control.name === "day") form.querySelector(".mt-refresh").click();
  });
})();
