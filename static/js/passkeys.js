// Passkeys: forms marked data-passkey are shown where the browser can, and filled by its own dialogue.
// The ceremonies' JSON is turned by webauthn-json, which django-allauth brings.
"use strict";

async function credential(form) {
  if (form.dataset.passkey === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return webauthnJSON.get((await answer.json()).request_options);
  }
  const options = JSON.parse(document.getElementById("passkey-options").textContent);
  if (form.dataset.passkey === "get") return webauthnJSON.get(options);
  const alone = form.elements.passwordless.checked;
  Object.assign(options.publicKey.authenticatorSelection, {
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    userVerification: alone ? "required" : "preferred",
  });
  return webauthnJSON.create(options);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!webauthnJSON.supported()) {
    form.remove();
    continue;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await credential(form));
    } catch {
      failed.hidden = false;
      return;
    }
    form.submit();
  });
}
