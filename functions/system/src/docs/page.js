"use strict";

const byId = (id) => document.getElementById(id);
const token = byId("token");

/** An element with text or children; text is never read as HTML. */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** What a `$ref` points at. */
function resolve(api, value) {
  if (!value || !value.$ref) return value;
  return value.$ref.slice(2).split("/").reduce((at, key) => at[key], api);
}

/** What a value of a schema looks like, in one word or two. */
function typeOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const either = schema.oneOf || schema.anyOf;
  if (either) return either.map(typeOf).join(" or ");
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  const type = [].concat(schema.type || "object").join(" or ");
  return schema.format ? `${type} (${schema.format})` : type;
}

/** An example value of a schema. */
function sample(api, schema, depth = 0) {
  schema = resolve(api, schema);
  if (!schema || depth > 6) return null;
  if (schema.example !== undefined) return schema.example;
  if (Array.isArray(schema.examples) && schema.examples.length) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => sample(api, part, depth + 1)));
  }
  const either = schema.oneOf || schema.anyOf;
  if (either) {
    return sample(api, either.find((part) => part.type !== "null") || either[0], depth + 1);
  }
  const type = [].concat(schema.type || "object").find((type) => type !== "null");
  if (type === "array") return [sample(api, schema.items, depth + 1)];
  if (type === "object") {
    const fields = Object.entries(schema.properties || {});
    return Object.fromEntries(
      fields.map(([name, field]) => [name, sample(api, field, depth + 1)]),
    );
  }
  return { string: "text", integer: 0, number: 0, boolean: true }[type] ?? null;
}

function table(heads, rows) {
  const line = (cell, values) => element("tr", {}, ...values.map((value) => element(cell, {}, value)));
  return element("table", {}, line("th", heads), ...rows.map((row) => line("td", row)));
}

/** The rules of a value beside its type. */
function limits(schema) {
  const rules = [
    ["enum", (values) => `one of ${values.join(", ")}`],
    ["minimum", (value) => `at least ${value}`],
    ["maximum", (value) => `at most ${value}`],
    ["minLength", (value) => `at least ${value} characters`],
    ["maxLength", (value) => `at most ${value} characters`],
    ["minItems", (value) => `at least ${value} entries`],
    ["maxItems", (value) => `at most ${value} entries`],
    ["pattern", (value) => `like ${value}`],
    ["default", (value) => `${JSON.stringify(value)} unless given`],
  ];
  const told = rules.filter(([name]) => schema[name] !== undefined);
  return told.map(([name, words]) => words(schema[name])).join("; ");
}

/** The fields of a schema, those inside others included: a row each. */
function fields(api, schema, within = "", depth = 0) {
  schema = resolve(api, schema);
  if (!schema || depth > 5) return [];
  const parts = [...(schema.allOf || []), ...(schema.oneOf || schema.anyOf || [])];
  const inside = parts.flatMap((part) => fields(api, part, within, depth + 1));
  if (schema.items) return [...inside, ...fields(api, schema.items, `${within}[]`, depth + 1)];
  const own = Object.entries(schema.properties || {}).flatMap(([name, field]) => {
    const path = within ? `${within}.${name}` : name;
    const plain = resolve(api, field);
    const mark = (schema.required || []).includes(name) ? " *" : "";
    const meaning = [field.description || plain.description, limits(plain)];
    const row = [path + mark, typeOf(field), meaning.filter(Boolean).join(" — ")];
    return [row, ...fields(api, field, path, depth + 1)];
  });
  return [...own, ...inside];
}

/** The fields of a body, folded away. */
function schemaOf(api, media, title) {
  const rows = media ? fields(api, media.schema) : [];
  if (!rows.length) return null;
  return element(
    "details", {},
    element("summary", {}, title),
    table(["Field (* required)", "Type", "Meaning"], rows),
  );
}

function content(body) {
  return Object.values((body && body.content) || {})[0];
}

function exampleOf(api, media) {
  if (!media) return null;
  if (media.example !== undefined) return media.example;
  const named = Object.values(media.examples || {})[0];
  return named ? named.value : sample(api, media.schema);
}

function responses(api, operation) {
  const rows = Object.entries(operation.responses).map(([status, response]) => {
    const found = resolve(api, response);
    const media = content(found);
    return [status, found.description || "", media ? typeOf(media.schema) : ""];
  });
  const success = Object.keys(operation.responses).find((status) => status.startsWith("2"));
  const media = content(resolve(api, operation.responses[success]));
  const example = media && JSON.stringify(exampleOf(api, media), null, 2);
  return element(
    "details", {},
    element("summary", {}, "Answers"),
    table(["Status", "Meaning", "Body"], rows),
    schemaOf(api, media, "Fields of the answer"),
    example ? element("pre", {}, example) : null,
  );
}

async function send(method, path, inputs, body, answer) {
  const query = new URLSearchParams();
  const headers = {};
  for (const { parameter, input } of inputs) {
    const value = input.value.trim();
    if (!value) continue;
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, encodeURIComponent(value));
    if (parameter.in === "query") query.set(parameter.name, value);
    if (parameter.in === "header") headers[parameter.name] = value;
  }
  if (token.value) headers.Authorization = `Bearer ${token.value.trim()}`;
  if (body) headers["Content-Type"] = "application/json";
  const url = query.size ? `${path}?${query}` : path;
  answer.textContent = "…";
  try {
    const response = await fetch(url, { method, headers, body: body ? body.value : undefined });
    const text = await response.text();
    const told = ["ETag", "Location", "Retry-After", "X-Request-Id"];
    const lines = told.filter((name) => response.headers.get(name))
      .map((name) => `${name}: ${response.headers.get(name)}`);
    const head = [`${response.status} ${response.statusText}`, ...lines].join("\n");
    answer.textContent = `${head}\n\n${pretty(text)}`;
    keepToken(text);
  } catch (error) {
    answer.textContent = `No answer: ${error.message}`;
  }
}

/** Indents JSON; anything else stays, and so do the digits of every number. */
function pretty(text) {
  let depth = 0;
  let quoted = false;
  let out = "";
  if (!/^\s*[[{]/.test(text)) return text;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      out += char;
      if (char === "\\") out += text[(at += 1)] ?? "";
      else if (char === '"') quoted = false;
    } else if (char === '"') {
      quoted = true;
      out += char;
    } else if (char === "{" || char === "[") {
      const empty = text[at + 1] === "}" || text[at + 1] === "]";
      if (empty) out += char + text[(at += 1)];
      else out += `${char}\n${"  ".repeat((depth += 1))}`;
    } else if (char === "}" || char === "]") {
      out += `\n${"  ".repeat((depth -= 1))}${char}`;
    } else if (char === ",") {
      out += `,\n${"  ".repeat(depth)}`;
    } else {
      out += char === ":" ? ": " : char;
    }
  }
  return out;
}

function keepToken(text) {
  try {
    const issued = JSON.parse(text).data.accessToken;
    if (issued) token.value = issued;
  } catch {
    // Not a sign-in.
  }
}

function tryIt(api, method, path, operation) {
  const parameters = (operation.parameters || []).map((parameter) => resolve(api, parameter));
  const inputs = parameters.map((parameter) => ({
    parameter,
    input: element("input", {
      "aria-label": parameter.name,
      placeholder: String(parameter.example ?? typeOf(parameter.schema)),
    }),
  }));
  const media = content(resolve(api, operation.requestBody));
  const body = media && element("textarea", { "aria-label": "Body", spellcheck: "false" });
  if (body) body.value = JSON.stringify(exampleOf(api, media), null, 2);
  const answer = element("pre", { "aria-live": "polite" });
  const button = element("button", { type: "button" }, "Send");
  button.addEventListener("click", () => send(method, path, inputs, body, answer));
  const rows = inputs.map(({ parameter, input }) => [
    `${parameter.name}${parameter.required ? " *" : ""} (${parameter.in})`,
    [parameter.description, limits(resolve(api, parameter.schema) || {})].filter(Boolean).join(" — "),
    input,
  ]);
  return element(
    "details", {},
    element("summary", {}, "Try it"),
    rows.length ? table(["Parameter", "Meaning", "Value"], rows) : null,
    body || null,
    schemaOf(api, media, "Fields of the body"),
    button,
    answer,
  );
}

/** Who may. */
function access(operation) {
  const open = operation.security && operation.security.some((one) => !Object.keys(one).length);
  if (open) return "Needs no sign-in.";
  const roles = operation["x-roles"] || [];
  const scope = operation["x-action"];
  return `${roles.length ? `Roles: ${roles.join(", ")}.` : "Needs a sign-in."}${scope ? ` Action: ${scope}.` : ""}`;
}

function article(api, method, path, operation) {
  return element(
    "article", { id: operation.operationId },
    element("h3", {}, element("span", { class: "method" }, method), path),
    // A description begins with what the summary says.
    element("p", {}, operation.description || operation.summary || ""),
    element("p", { class: "access" }, access(operation)),
    tryIt(api, method, path, operation),
    responses(api, operation),
  );
}

function show(api) {
  byId("about").textContent = `Version ${api.info.version}. ${api.info.description || ""}`;
  const areas = new Map();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const name of ["get", "post", "put", "patch", "delete"]) {
      const operation = item[name];
      if (!operation) continue;
      const area = (operation.tags || ["Other"])[0];
      if (!areas.has(area)) areas.set(area, []);
      areas.get(area).push({ method: name.toUpperCase(), path, operation });
    }
  }
  const main = byId("operations");
  main.replaceChildren();
  for (const [area, entries] of [...areas].sort(([a], [b]) => a.localeCompare(b))) {
    byId("contents").append(element("h2", {}, area));
    main.append(element("h2", {}, area));
    for (const { method, path, operation } of entries) {
      const link = element("a", { href: `#${operation.operationId}` }, `${method} ${path}`);
      byId("contents").append(link);
      main.append(article(api, method, path, operation));
    }
  }
}

fetch("/api/openapi.json")
  .then((response) => response.json())
  .then(show)
  .catch((error) => { byId("operations").textContent = `The document cannot be read: ${error.message}`; });
