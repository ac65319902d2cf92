/* Passkeys. A form with [data-passkey="create"] or [data-passkey="get"] asks [data-options] for a
   challenge, has the browser answer it, puts the answer into its input `credential` and is sent.
   What needs a passkey is [hidden] in the page and shown only where the browser can do it.

   <form data-passkey="get" data-options="/sign-in/challenge/" method="post" hidden>…</form> */
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function decoded(options) {
  const key = { ...options, challenge: bytes(options.challenge) };
  if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    key[list] = (key[list] ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  }
  return key;
}

function encoded(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: text(answer.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[part]) response[part] = text(answer[part]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function answer(form) {
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const asked = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": token },
  });
  if (asked.redirected) {
    location.assign(asked.url);
    return false;
  }
  if (!asked.ok) throw new Error(`options: ${asked.status}`);
  const publicKey = decoded((await asked.json()).publicKey);
  const made =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
  form.querySelector("[name=credential]").value = JSON.stringify(encoded(made));
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const problem = form.querySelector("[data-passkey-problem]");
  const button = form.querySelector("button");
  problem.hidden = true;
  button.disabled = true;
  try {
    if (await answer(form)) form.submit();
  } catch (error) {
    console.warn(error);
    problem.hidden = false;
    problem.focus();
  } finally {
    button.disabled = false;
  }
});

if (window.PublicKeyCredential) {
  for (const one of document.querySelectorAll("[data-needs-passkeys]")) one.hidden = false;
  for (const one of document.querySelectorAll("[data-without-passkeys]")) one.hidden = true;
}
