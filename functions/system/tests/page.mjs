// The page of `GET /api/docs` with the document as it is, in a document object that knows as much of
// a browser as the page uses: `node --test functions/system/tests/page.mjs`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const root = new URL("../../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const api = JSON.parse(read("openapi.json"));
const METHODS = ["get", "post", "put", "patch", "delete"];

class Node {
  constructor(name) {
    Object.assign(this, { name, attributes: {}, children: [], listeners: {}, value: "" });
  }
  setAttribute(key, value) { this.attributes[key] = value; }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  addEventListener(event, listener) { this.listeners[event] = listener; }
  get textContent() {
    return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }
  set textContent(text) { this.children = [text]; }
  all(test) {
    const inside = this.children.filter((child) => child instanceof Node).flatMap((child) => child.all(test));
    return test(this) ? [this, ...inside] : inside;
  }
  named(name) { return this.all((node) => node.name === name); }
  labelled(label) { return this.all((node) => node.attributes["aria-label"] === label)[0]; }
}

/** The page once it has read the document; `answer` is what requests get. */
async function page(answer) {
  const asked = [];
  const byId = Object.fromEntries(["about", "token", "contents", "operations"].map((id) => [id, new Node(id)]));
  const fetch = async (url, options) => {
    if (url === "/api/openapi.json") return { json: async () => api };
    asked.push({ url, ...options });
    return answer;
  };
  const document = { getElementById: (id) => byId[id], createElement: (name) => new Node(name) };
  vm.runInNewContext(read("functions/system/src/docs/page.js"), { document, fetch, URLSearchParams, encodeURIComponent });
  await new Promise((resolve) => setImmediate(resolve));
  const article = (id) => byId.operations.named("article").find((it) => it.attributes.id === id);
  return { ...byId, article, asked };
}

const press = async (article) => {
  await article.named("button")[0].listeners.click();
  await new Promise((resolve) => setImmediate(resolve));
};

const operations = Object.entries(api.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method] })));

test("every operation is shown with who may, its parameters, its body and its answers", async () => {
  const shown = await page();
  assert.equal(shown.operations.named("article").length, operations.length);
  for (const operation of operations) {
    const article = shown.article(operation.operationId);
    const text = article.textContent;
    for (const role of operation["x-roles"] || []) assert.ok(text.includes(role), operation.path);
    for (const status of Object.keys(operation.responses)) assert.ok(text.includes(status), operation.path);
    for (const parameter of operation.parameters || []) {
      assert.ok(article.labelled(parameter.name), `${operation.path}: ${parameter.name}`);
    }
    const body = operation.requestBody?.content?.["application/json"];
    if (body) {
      JSON.parse(article.labelled("Body").value);
      const schema = api.components.schemas[body.schema.$ref.split("/").pop()];
      const fields = Object.keys(schema.properties || {});
      assert.equal(text.includes("Fields of the body"), fields.length > 0, operation.path);
      for (const name of fields) assert.ok(text.includes(name), `${operation.path}: ${name}`);
    }
    assert.ok(!/undefined|\[object/.test(text), `${operation.method} ${operation.path}`);
  }
});

test("required fields are marked", async () => {
  const text = (await page()).article("register").textContent;
  const schema = api.components.schemas.Register;
  for (const name of Object.keys(schema.properties)) {
    assert.ok(text.includes(schema.required.includes(name) ? `${name} *` : name), name);
  }
});

test("a request carries the token, the parameters and the preconditions that were typed", async () => {
  const versioned = operations.find(({ parameters = [] }) =>
    parameters.some(({ name }) => name === "If-Match") && parameters.some(({ name }) => name === "Idempotency-Key"))
    || operations.find(({ parameters = [] }) => parameters.some(({ name }) => name === "If-Match"));
  const headers = new Map([["ETag", '"7"']]);
  const shown = await page({ status: 200, statusText: "OK", headers, text: async () => '{"data":{"n":1.50}}' });
  shown.token.value = "secret";
  const article = shown.article(versioned.operationId);
  for (const { name } of versioned.parameters) article.labelled(name).value = `${name}/1`;
  await press(article);
  const [asked] = shown.asked;
  assert.equal(asked.method, versioned.method.toUpperCase());
  assert.equal(asked.headers.Authorization, "Bearer secret");
  assert.equal(asked.headers["If-Match"], "If-Match/1");
  assert.ok(!asked.url.includes("{") && !asked.url.includes("secret"));
  // The digits of a number stay as they were sent.
  assert.match(article.textContent, /ETag: "7"[^]*"n": 1\.50/);
});

test("signing in fills in the token", async () => {
  const text = async () => JSON.stringify({ data: { accessToken: "issued" } });
  const shown = await page({ status: 200, statusText: "OK", headers: new Map(), text });
  await press(shown.article("login"));
  assert.equal(shown.token.value, "issued");
});
