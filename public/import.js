// A file that is dropped on the list or into an editor, and several variables that are pasted there, are shown key by key before
// anything is added: both go to /secrets/import as its own form would send them.
{
  const workspace = () => document.querySelector("[data-workspace]")?.dataset.workspace ?? "";
  const hint = () => document.querySelector(".drop-hint:not([role])");
  const refusal = () => document.querySelector(".drop-hint[role]");
  /** In bytes, as the server reads it. */
  const MOST = 1024 * 1024;

  /** Which secret this page would add to: "" for a new one, nothing where nothing is taken. */
  const target = () => {
    const [, page, edited] = location.pathname.match(/^\/secrets(?:\/(import|new|new\/[^/]+|([^/]+)\/edit))?$/) ?? [null, null];
    if (page === null) return undefined;
    return page === "import" ? (new URLSearchParams(location.search).get("into") ?? "") : (edited ?? "");
  };

  const field = (name, value) => Object.assign(document.createElement("input"), { type: "hidden", name, value });

  /** What the form of a new secret says already. */
  const said = () => {
    const [name, ...environments] = document.querySelectorAll('[name="draft[name]"], [name="draft[environments][]"]:checked');
    if (!name || target() !== "") return [];
    return [field("name", name.value), ...environments.map((box) => field("environment", box.value))];
  };

  const show = (fields) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/secrets/import", enctype: "multipart/form-data", hidden: true });
    form.append(field("workspace", workspace()), field("asks", "read"), field("into", target()), ...fields, ...said());
    document.body.append(form);
    form.submit();
  };

  const carriesFile = (event) => event.dataTransfer?.types.includes("Files") && target() !== undefined;
  const isField = (element) => element.matches?.("input, textarea, select, [contenteditable]");

  const membersOf = (text) => {
    try {
      return Object.keys(JSON.parse(text));
    } catch {
      return [];
    }
  };

  // The format that the preview is to read, if the text holds several variables. Notes and letters have words before colons too: in YAML
  // every line belongs to a key, and two of the keys are written in capitals, as environment variables are.
  const formatOf = (text) => {
    const lines = text.split(/[\r\n]+/);
    const several = (texts, pattern) => texts.filter((text) => pattern.test(text)).length > 1;
    if (several(membersOf(text), /^[A-Za-z_][\w.-]*$/)) return "json";
    const isMapping = lines.every((line) => /^([\s#-].*|[\w.-]+:(\s.*)?)?$/.test(line));
    if (isMapping && several(lines, /^[A-Z_][A-Z\d_]*:/)) return "yaml";
    return several(lines, /^\s*(?:export\s+)?[A-Za-z_][\w.-]*\s*=/) ? "dotenv" : undefined;
  };

  document.addEventListener("dragover", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    hint().hidden = false;
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) hint().hidden = true;
  });
  document.addEventListener("drop", (event) => {
    hint().hidden = true;
    if (!carriesFile(event)) return;
    event.preventDefault();
    const file = Object.assign(document.createElement("input"), { type: "file", name: "file" });
    file.files = event.dataTransfer.files;
    if (file.files[0]?.size > MOST) refuse();
    else show([file]);
  });
  const refuse = () => {
    refusal().hidden = false;
    for (const sign of ["click", "keydown"]) document.addEventListener(sign, () => (refusal().hidden = true), { once: true });
  };
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[type=file]")) return;
    target.setCustomValidity(target.files[0]?.size > MOST ? refusal().textContent : "");
    target.reportValidity();
  });
  // A key takes one line, so that several variables pasted into it are meant for all the rows. Values may have any lines.
  document.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const meant = !isField(event.target) || event.target.matches(".editor-key input");
    const format = meant && target() !== undefined && formatOf(text);
    if (!format) return;
    event.preventDefault();
    const area = Object.assign(document.createElement("textarea"), { name: "text", value: text });
    show([area, field("format", format)]);
  });
}
