// Notifications in this browser: a form marked data-push is shown where the browser can, filled with what it says of
// itself, and sent with what was chosen in the form of addresses; one marked data-push-end is shown where it is told.
"use strict";

const form = document.querySelector("form[data-push]");
const end = document.querySelector("form[data-push-end]");

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function fill(target, subscription) {
  const said = subscription.toJSON();
  const values = { endpoint: said.endpoint, p256dh: said.keys.p256dh, auth: said.keys.auth };
  for (const [name, value] of Object.entries(values)) target.elements[name].value = value;
}

function choose(target) {
  const picked = document.querySelector("select[name=least]");
  if (!picked) return;
  const chosen = new FormData(picked.form);
  for (const old of target.querySelectorAll("[data-chosen]")) old.remove();
  for (const name of ["language", "least", "nodes"]) {
    for (const value of chosen.getAll(name)) {
      const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      field.dataset.chosen = "";
      target.append(field);
    }
  }
}

async function subscribe() {
  await navigator.serviceWorker.register(form.dataset.worker);
  const manager = (await navigator.serviceWorker.ready).pushManager;
  const options = { userVisibleOnly: true, applicationServerKey: bytes(form.dataset.push) };
  try {
    return await manager.subscribe(options);
  } catch (refused) {
    // It may be subscribed under a key that the portal has no more.
    const old = await manager.getSubscription();
    if (!old) throw refused;
    await old.unsubscribe();
    return manager.subscribe(options);
  }
}

async function known() {
  const registration = await navigator.serviceWorker.getRegistration(form.dataset.worker);
  return registration ? registration.pushManager.getSubscription() : null;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const failed = form.querySelector("[data-push-failed]");
  failed.hidden = true;
  try {
    fill(form, await subscribe());
  } catch {
    failed.hidden = false;
    return;
  }
  choose(form);
  form.submit();
});

end?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const held = await known();
  if (held) {
    fill(end, held);
    await held.unsubscribe();
  }
  end.submit();
});

document.querySelector("[data-push-idle]").hidden = true;
if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  form.hidden = false;
  if (end) known().then((held) => (end.hidden = !held));
} else {
  document.querySelector("[data-push-missing]").hidden = false;
}
