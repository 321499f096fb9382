import { APP_ERRORS } from "@cruddur/contract/errors";
import { html } from "hono/html";
import type { OpenApi, Operation } from "./openapi.ts";
import type { JsonSchema } from "./schemas.ts";

type Html = ReturnType<typeof html>;

/** Renders the document of `/openapi.json` as one page, which needs no script. */
export async function renderReference(document: OpenApi): Promise<string> {
  const { info, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const page = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: API reference</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<nav aria-label="Contents"><ul>
${tags.map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}
<li><a href="#errors">Errors</a></li>
<li><a href="#schemas">Schemas</a></li>
</ul></nav>
<main>
<h1>${info.title}: API reference</h1>
${info.description.split("\n\n").map((text) => html`<p>${inlineCode(text)}</p>`)}
<p>The same as an OpenAPI 3.1 document: <a href="/openapi.json">/openapi.json</a>.</p>
${tags.map(
  ({ name, description }) => html`<h2 id="${name}">${name}</h2><p>${description}</p>
${operations
  .filter(({ operation }) => operation.tags.includes(name))
  .map(({ path, method, operation }) => describeOperation(path, method, operation))}`,
)}
<h2 id="errors">Errors</h2>
<section><table><thead><tr><th>Code</th><th>Status</th><th>What a client does</th></tr></thead><tbody>
${Object.entries(APP_ERRORS).map(
  ([code, { status, clientAction }]) =>
    html`<tr><td><code>${code}</code></td><td>${status}</td><td>${clientAction}</td></tr>`,
)}
</tbody></table></section>
<h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<section><h3 id="${name}">${name}</h3>
${schema.description === undefined ? "" : html`<p>${inlineCode(schema.description)}</p>`}
${describeSchema(schema)}</section>`,
)}
</main>
</body>
</html>`;
  return String(page);
}

function describeOperation(path: string, method: string, operation: Operation): Html {
  const parameter = operation.parameters?.[0]?.content ?? operation.requestBody?.content;
  const success = Object.entries(operation.responses).find(([status]) => status !== "default");
  return html`<section>
<h3 id="${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></h3>
<p>${inlineCode(operation.summary)}</p>
<dl>
<dt>Input</dt><dd>${parameter === undefined ? "none" : describeContent(parameter)}</dd>
<dt>Answer</dt><dd>${success?.[0]} ${describeContent(success?.[1].content ?? {})}</dd>
</dl></section>`;
}

/** The named schema of a content, without the envelope `result.data`. */
function describeContent(content: Record<string, { schema: JsonSchema }>): Html | string {
  const [type, media] = Object.entries(content)[0] ?? [];
  if (media === undefined) return "";
  const name = /"#\/components\/schemas\/(\w+)"/.exec(JSON.stringify(media.schema))?.[1] ?? "";
  return html`<a href="#${name}">${name}</a> (<code>${type}</code>)`;
}

function describeSchema(schema: JsonSchema): Html {
  const { properties, required = [] } = schema;
  if (properties === undefined) return html`<p>${typeOf(schema)}</p>`;
  return html`<table><thead><tr><th>Field</th><th>Type</th><th>Meaning</th></tr></thead><tbody>
${Object.entries(properties).map(([name, field]) => {
  const optional = required.includes(name) ? "" : " (optional)";
  const { description = "" } = field as JsonSchema;
  return html`<tr><td><code>${name}</code>${optional}</td><td>${typeOf(field as JsonSchema)}</td><td>${inlineCode(description)}</td></tr>`;
})}
</tbody></table>`;
}

function typeOf(schema: JsonSchema): Html {
  const { $ref, enum: values, const: value, anyOf, oneOf, items, properties } = schema;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf("/") + 1);
    return html`<a href="#${name}">${name}</a>`;
  }
  if (value !== undefined) return html`<code>${JSON.stringify(value)}</code>`;
  if (values !== undefined)
    return join(
      values.map((one) => html`<code>${one}</code>`),
      " or ",
    );
  const variants = anyOf ?? oneOf;
  if (variants !== undefined)
    return join(
      variants.map((one) => typeOf(one as JsonSchema)),
      " or ",
    );
  if (items !== undefined) return html`list of ${typeOf(items as JsonSchema)}`;
  if (properties !== undefined) return describeSchema(schema);
  const { type, format, minimum, maximum, maxLength } = schema;
  const range = minimum === undefined ? "" : `, ${minimum} to ${maximum}`;
  const length = maxLength === undefined ? "" : `, at most ${maxLength} characters`;
  return html`${String(type ?? "any")}${format === undefined ? "" : ` (${format})`}${range}${length}`;
}

const join = (parts: Html[], separator: string): Html =>
  html`${parts.map((part, index) => html`${index === 0 ? "" : separator}${part}`)}`;

/** Text whose backticks mark code. */
function inlineCode(text: string): Html {
  const parts = text.split("`");
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
