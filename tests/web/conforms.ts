/** Whether what the app answers is what its OpenAPI document says. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { assert } from "@std/assert";
import type { Route } from "../../shared/catalogue/route_definition.ts";
import { ROUTES, routesAt } from "../../shared/catalogue/routes.ts";
import { DESCRIBED, openApiDocument, openApiPath } from "../../web/openapi.ts";

const DOCUMENT = "document";
const OPEN = openApiDocument({ prefix: "", isOpen: true });
let ajv: Ajv2020 | null = null;

/** A schema of the document by the names that lead to it; it is made when it is first asked for. */
function check(names: readonly string[], value: unknown): string | null {
  ajv ??= new Ajv2020({ strict: false }).addSchema({ ...OPEN, $id: DOCUMENT });
  const pointer = names.map((name) =>
    encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1"))
  ).join("/");
  const validate = ajv.getSchema(`${DOCUMENT}#/${pointer}`);
  if (validate === undefined) return `the document has nothing at ${names.join(" ")}`;
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

const SHOWN: readonly Route[] = Object.keys(DESCRIBED).map((name) =>
  ROUTES[name as keyof typeof DESCRIBED]
);

/** Fails when this is no answer of the document to such a request; what is not described there is let pass. */
export async function assertConforms(
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  if (method === "HEAD" || response.status === 304) return;
  const route = routesAt(path).find((one) => one.method === method);
  if (route === undefined || !SHOWN.includes(route)) return;
  const operation = ["paths", openApiPath(route), method.toLowerCase()];
  const { responses } = describedAt(operation);
  const status = [String(response.status), `${String(response.status)[0]}XX`]
    .find((one) => Object.hasOwn(responses, one));
  const what = `${method} ${path} answered ${response.status}`;
  assert(status !== undefined, `${what}, which is not described`);
  const [type = ""] = response.headers.get("content-type")?.split(";") ?? [];
  assert(Object.hasOwn(responses[status]?.content ?? {}, type), `${what} with ${type}`);
  if (type !== "application/json") return;
  const schema = [...operation, "responses", status, "content", type, "schema"];
  const problem = check(schema, await response.clone().json());
  assert(problem === null, `${what}, which is not as described: ${problem}`);
}

type Responses = Readonly<Record<string, { readonly content?: object }>>;

function describedAt([, path = "", method = ""]: readonly string[]): { responses: Responses } {
  // Parse edge: the form of the document is held by its validator.
  const { paths } = OPEN as unknown as {
    paths: Record<string, Record<string, { responses: Responses }>>;
  };
  return paths[path]?.[method] ?? { responses: {} };
}
