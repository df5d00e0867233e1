// The little that plain HTML cannot do. Everything works without this file.
"use strict";
(() => {
  const say = (text) => {
    const region = document.getElementById("messages");
    if (!region) return;
    const note = document.createElement("div");
    note.className = "zb-note zb-note-error";
    note.textContent = text;
    region.replaceChildren(note);
    region.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    say(status === 403 ? "没有权限，或页面已过期。请刷新页面后再试。"
      : status === 404 ? "这条内容已不存在，或不在您的查看范围内。"
      : "系统出错，这次操作没有保存。请稍后再试。");
  });
  document.addEventListener("htmx:sendError", () => say("网络不通，这次操作没有保存。请检查网络后再试。"));

  // One open menu at a time; Escape and a click elsewhere close it.
  const close = (but) => document.querySelectorAll("details.zb-menu[open]").forEach((menu) => {
    if (menu !== but) menu.removeAttribute("open");
  });
  document.addEventListener("click", (event) => close(event.target.closest("details.zb-menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.querySelector("details.zb-menu[open]");
    if (open) { open.removeAttribute("open"); open.querySelector("summary").focus(); }
  });

  // data-submit-on-change: a filter that applies itself (its form keeps a button for no-script).
  document.addEventListener("change", (event) => {
    const control = event.target.closest("[data-submit-on-change]");
    if (control && control.form) control.form.requestSubmit();
  });

  // data-check-all="name": tick every box of that name in the form.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset && event.target.dataset.checkAll;
    if (!name || !event.target.form) return;
    event.target.form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)
      .forEach((box) => { box.checked = event.target.checked; });
  });

  // data-print: a print button.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // A form is not sent twice by an impatient double click.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.addEventListener("pageshow", () => { delete form.dataset.sent; }, { once: true });
  });
})();
