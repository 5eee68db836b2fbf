// Passkeys: asks the server what to sign, has the browser sign it, and sends the form with the answer.

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/// What the browser takes: the server's JSON with its texts as bytes.
const taken = (options) => {
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  for (const list of [options.excludeCredentials, options.allowCredentials]) {
    for (const credential of list ?? []) credential.id = toBytes(credential.id);
  }
  return options;
};

/// The browser's answer as JSON.
const answered = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    extensions: {},
    response,
  });
};

const ask = async (part) => {
  const form = part.closest("form");
  const asks = part.dataset.passkey;
  if (asks === "add" && !form.reportValidity()) return;
  const response = await fetch("/passkeys/challenge", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `for=${asks}`,
  });
  // The password comes first: the form without a passkey asks for it.
  if (response.status === 403) return form.submit();
  if (!response.ok) throw new Error(await response.text());
  const publicKey = taken(await response.json());
  const credential = await (asks === "add"
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey }));
  part.querySelector("input").value = answered(credential);
  form.submit();
};

for (const part of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  const message = part.querySelector("[role=alert]");
  const button = part.querySelector("button");
  part.dataset.ready = "";
  if (part.dataset.origin !== location.origin) {
    message.textContent = `Passkeys work at ${part.dataset.origin}.`;
    button.disabled = true;
    continue;
  }
  button.addEventListener("click", async () => {
    message.textContent = "";
    button.disabled = true;
    try {
      await ask(part);
    } catch (error) {
      message.textContent =
        error.name === "InvalidStateError" ? "This device has a passkey of yours already."
        : error.name === "NotAllowedError" ? "The browser gave no passkey. Try again."
        : `That did not work: ${error.message}`;
    }
    button.disabled = false;
  });
}
