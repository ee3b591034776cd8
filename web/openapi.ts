/**
 * `GET /api/openapi.json`: the routes as an OpenAPI 3.1 document. Methods, paths and needs are of the table of routes;
 * what is asked and answered stands beside the handlers, whose schemas are taken as they are. Pure.
 *
 * Source: https://spec.openapis.org/oas/v3.1.0.
 */
import type { Hono } from "hono";
import { z } from "zod";
import { ERROR_CODE_NAMES } from "../shared/catalogue/error_codes.ts";
import type { Schema } from "../shared/catalogue/field_schema.ts";
import type { Route } from "../shared/catalogue/route_definition.ts";
import { ROUTES } from "../shared/catalogue/routes.ts";
import { ALERT_ANSWER } from "./alert_route.ts";
import { hasEtag } from "./answers.ts";
import type { AppEnv } from "./app_env.ts";
import { CATALOGUE_ANSWER } from "./catalogue.ts";
import { EVENTS_QUERY } from "./events.ts";
import { EXCHANGE_SYMBOLS_ANSWER, EXCHANGE_SYMBOLS_QUERY } from "./exchange_routes.ts";
import { EXPORT_QUERY } from "./export_routes.ts";
import { HEALTH_ANSWER, SYMBOLS_ANSWER } from "./health.ts";
import { LATEST_ANSWER, LATEST_QUERY } from "./latest_routes.ts";
import { VIEW, VIEW_ANSWER } from "./look_route.ts";
import { METRICS_ANSWER, METRICS_QUERY } from "./metrics_routes.ts";
import { MUTE, SAID } from "./mute_request.ts";
import { MUTE_ANSWER, MUTES_ANSWER } from "./people_routes.ts";
import { PREVIEW_ANSWER, PREVIEW_QUERY } from "./preview_routes.ts";
import { ALERTS_ANSWER, ALERTS_QUERY, RECORDS_QUERIES, recordsAnswer } from "./record_routes.ts";
import { RECORD_KINDS, type RecordKind } from "./record_statements.ts";
import { QUALITY_ANSWER, QUALITY_QUERY } from "./quality_routes.ts";
import { RULES_ANSWER, RULES_FILE } from "./rules_routes.ts";
import { list, object, TEXT, words } from "./schema.ts";
import { STATS_ANSWER, STATS_QUERY } from "./stats_routes.ts";
import { STORAGE_ANSWER } from "./storage_routes.ts";
import { NEW_SYMBOL, SYMBOL_LIST_ANSWER } from "./symbol_routes.ts";
import { CONFIGURATION_ANSWER, SYSTEM_ANSWER } from "./system_routes.ts";
import { hashOf } from "./token_key.ts";
import { LEFT_ANSWER, NEW_VIEWER, VIEWER_ANSWER } from "./viewer_routes.ts";

/** The page, its files and its sessions are for browsers. */
type Unshown = "page" | "script" | "style" | "icon" | "login" | "logIn" | "logOut";

/** Of a route what its table does not say. */
export interface Described {
  /** The parameters of its query, by schemas. */
  readonly query?: { readonly shape: Readonly<Record<string, z.ZodType>> };
  readonly body?: Schema;
  /** Of JSON; absent: it is no JSON. */
  readonly answer?: Schema;
  /** What is answered that is no JSON. */
  readonly types?: readonly string[];
  /** 200, unless it says otherwise. */
  readonly status?: 201;
  /** That it is so, is no refusal. */
  readonly alsoAnswers?: 503;
}

const RECORDS = Object.fromEntries(
  RECORD_KINDS.map((kind): [RecordKind, Described] => [
    kind,
    { query: RECORDS_QUERIES[kind], answer: recordsAnswer(kind) },
  ]),
) as Readonly<Record<RecordKind, Described>>;

/** Every route that programs ask: the compiler misses one that is missing. */
export const DESCRIBED: Readonly<Record<Exclude<keyof typeof ROUTES, Unshown>, Described>> = {
  events: { query: EVENTS_QUERY, types: ["text/event-stream"] },
  look: { body: schemaIn(VIEW), answer: VIEW_ANSWER },
  leave: { answer: LEFT_ANSWER },
  addViewer: { body: schemaIn(NEW_VIEWER), answer: VIEWER_ANSWER, status: 201 },
  live: { answer: object({ status: words("alive") }) },
  ready: { answer: object({ status: words("ready", "not ready") }), alsoAnswers: 503 },
  health: { answer: HEALTH_ANSWER, alsoAnswers: 503 },
  symbols: { answer: SYMBOLS_ANSWER },
  addSymbol: { body: NEW_SYMBOL, answer: SYMBOL_LIST_ANSWER, status: 201 },
  removeSymbol: { answer: SYMBOL_LIST_ANSWER },
  exchangeSymbols: { query: EXCHANGE_SYMBOLS_QUERY, answer: EXCHANGE_SYMBOLS_ANSWER },
  catalogue: { answer: CATALOGUE_ANSWER },
  openApi: { answer: { type: "object" } },
  stats: { query: STATS_QUERY, answer: STATS_ANSWER },
  quality: { query: QUALITY_QUERY, answer: QUALITY_ANSWER },
  latest: { query: LATEST_QUERY, answer: LATEST_ANSWER },
  metrics: { query: METRICS_QUERY, answer: METRICS_ANSWER },
  export: {
    query: EXPORT_QUERY,
    types: ["text/csv", "application/x-ndjson", "application/vnd.apache.parquet"],
  },
  alerts: { query: ALERTS_QUERY, answer: ALERTS_ANSWER },
  alert: { answer: ALERT_ANSWER },
  acknowledge: { body: schemaIn(SAID), answer: ALERT_ANSWER },
  mutes: { answer: MUTES_ANSWER },
  addMute: { body: schemaIn(MUTE), answer: MUTE_ANSWER, status: 201 },
  removeMute: { answer: MUTE_ANSWER },
  rules: { answer: RULES_ANSWER },
  replaceRules: { body: RULES_FILE, answer: RULES_ANSWER },
  previewRules: { query: PREVIEW_QUERY, body: RULES_FILE, answer: PREVIEW_ANSWER },
  storage: { answer: STORAGE_ANSWER },
  system: { answer: SYSTEM_ANSWER },
  configuration: { answer: CONFIGURATION_ANSWER },
  ...RECORDS,
};

/** Adds the route; the document is made when it is first asked for. */
export function addOpenApiRoute(app: Hono<AppEnv>, server: ServerShown): void {
  let made: { readonly text: string; readonly etag: string } | null = null;
  app.get(ROUTES.openApi.path, (c) => {
    if (made === null) {
      const text = JSON.stringify(openApiDocument(server));
      made = { text, etag: `"${hashOf(new TextEncoder().encode(text))}"` };
    }
    const { text, etag } = made;
    const headers = { etag, "cache-control": "private, no-cache" };
    if (hasEtag(c, etag)) return c.body(null, 304, headers);
    return c.body(text, 200, { ...headers, "content-type": "application/json" });
  });
}

/** What a document says of the one server whose it is. */
export interface ServerShown {
  /** The path under which it is reached. */
  readonly prefix: string;
  /** Nobody is asked for a token. */
  readonly isOpen: boolean;
}

/** The whole. */
export function openApiDocument({ prefix, isOpen }: ServerShown): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const [name, described] of Object.entries(DESCRIBED)) {
    const route: Route = ROUTES[name as keyof typeof DESCRIBED];
    const path = openApiPath(route);
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: operation(name, route, described, isOpen),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Order Book Monitor",
      version: "1",
      description:
        "What the monitor's web server answers: docs/API.md says more. Tokens are asked for " +
        "where the operator has set them.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: prefix === "" ? "/" : prefix }],
    paths,
    components: {
      schemas: {
        Refusal: object(
          { error: TEXT, code: words(...ERROR_CODE_NAMES), path: list(TEXT) },
          ["path"],
        ),
      },
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
      },
    },
  };
}

/** `/api/alerts/:id{.+}/ack` as `/api/alerts/{id}/ack`. */
export function openApiPath({ path }: Pick<Route, "path">): string {
  return path.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, "{$1}");
}

/** A parameter of a query, as a document has it. */
export interface ShownParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
}

/** The parameters of a query, in the order of the table. */
export function parametersOf({ query }: Described): readonly ShownParameter[] {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...json } = schemaOut(schema);
    return { name, description: String(description ?? ""), schema: json };
  });
}

function operation(
  operationId: string,
  route: Route,
  described: Described,
  isOpen: boolean,
): Schema {
  const { body, answer, types = [], status = 200, alsoAnswers } = described;
  const parameters = [
    ...[...openApiPath(route).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      ...{ name, in: "path", required: true, schema: { type: "string", minLength: 1 } },
    })),
    ...parametersOf(described).map((one) => ({
      ...{ in: "query", required: false, ...one },
      // Names stand in one parameter, with commas between them.
      ...one.schema["type"] === "array" ? { style: "form", explode: false } : {},
    })),
  ];
  const content = answer === undefined
    ? Object.fromEntries(types.map((type) => [type, {}]))
    : { "application/json": { schema: answer } };
  const refusal = {
    description: "It is refused",
    content: { "application/json": { schema: { $ref: "#/components/schemas/Refusal" } } },
  };
  return {
    operationId,
    description: route.answers,
    security: isOpen || route.need === "public" ? [] : [{ token: [] }],
    parameters,
    ...body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: body } } } },
    responses: {
      [status]: { description: "What was asked for", content },
      ...alsoAnswers === undefined
        ? {}
        : { [alsoAnswers]: { description: "It does not stand well", content } },
      ...route.method === "GET" ? { "304": { description: "Nothing has changed" } } : {},
      // The server ends the connection, before anybody looks at what is asked.
      "408": { description: "The request did not come to its end in time" },
      "431": { description: "The headers, the address among them, are longer than 16 KiB" },
      "4XX": refusal,
      "5XX": refusal,
    },
  };
}

function schemaOut(schema: z.ZodType): Schema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "output" });
  return json;
}

function schemaIn(schema: z.ZodType): Schema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input" });
  return json;
}
