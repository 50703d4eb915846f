// The API's reference: each form marked data-call is shown, sends its call from this page, and shows what came back.
"use strict";

const token = document.querySelector("#token");

function address(form) {
  const query = new URLSearchParams();
  let path = form.dataset.path;
  for (const field of form.querySelectorAll("[data-in]")) {
    if (field.dataset.in === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
    else if (field.dataset.in === "query" && field.value) query.set(field.name, field.value);
  }
  return query.size ? `${path}?${query}` : path;
}

function headers(form) {
  const found = {};
  if (token.value) found.Authorization = `Bearer ${token.value.trim()}`;
  for (const field of form.querySelectorAll("[data-in=header]")) if (field.value) found[field.name] = field.value;
  if (form.elements.body) found["Content-Type"] = form.dataset.type === "*/*" ? "text/plain" : form.dataset.type;
  return found;
}

async function call(form) {
  const output = form.querySelector("output");
  output.textContent = "…";
  const body = form.elements.body ? form.elements.body.value : undefined;
  try {
    const answer = await fetch(address(form), { method: form.dataset.call, headers: headers(form), body });
    const said = await answer.text();
    let shown = said;
    try { shown = JSON.stringify(JSON.parse(said), null, 2); } catch { /* It is no JSON. */ }
    output.textContent = `${answer.status} ${answer.statusText}\n\n${shown}`;
  } catch (failure) {
    output.textContent = String(failure);
  }
}

for (const form of document.querySelectorAll("form[data-call]")) {
  form.closest("[hidden]").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    call(form);
  });
}
if (token) token.closest("[hidden]").hidden = false;
