/**
 * PUBLIC_URL to the address as browsers write it. Here `URL` takes it apart, as a browser does with what a person types:
 * there is no password in it whose characters it could take for something else.
 */
import { ALL_ROUTES, routesAt } from "./catalogue/routes.ts";
import { UrlProblem } from "./url_parts.ts";

/** What a proxy may take for the end of a part of a path, or of the path, once it has decoded it. */
const ENDS = /[/\\%?#;\p{Cc}]/u;

/**
 * Reads the address under which browsers find the dashboard.
 *
 * @returns it without a slash at its end, host and path as browsers send them: `https://desk.example.org/b%C3%BCcher`.
 * @throws {UrlProblem} whose message follows the name of the variable, and repeats no value.
 */
export function readPublicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new UrlProblem("must be a URL that starts with https:// or http://");
  }
  if (url.username + url.password !== "" || /[?#]/.test(text)) {
    throw new UrlProblem("must be a host and a path alone, e.g. https://desk.example.org/books");
  }
  const parts = pathParts(url.pathname.replace(/\/+$/, ""));
  if (parts.includes("")) {
    throw new UrlProblem("must have no // in its path: proxies make one slash of them");
  }
  // Escapes of letters that need none are gone from it, and all others are in capitals.
  const { pathname } = new URL(`http://host${parts.map((part) => `/${part}`).join("")}`);
  const path = pathname.replace(/\/$/, "");
  const own = ALL_ROUTES.find((route) => routesAt(path + route.path).length > 0);
  if (path !== "" && own !== undefined) {
    throw new UrlProblem(
      `must have another path: below it ${own.path} would be another page of ours`,
    );
  }
  return url.origin + path;
}

/** What stands between the slashes of a path, decoded; none where there is no path. */
function pathParts(path: string): string[] {
  return path.split("/").slice(1).map((part) => {
    let decoded: string;
    try {
      decoded = decodeURIComponent(part);
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      throw new UrlProblem("must have every % in its path begin an escape of UTF-8, as %C3%A4");
    }
    if (!ENDS.test(decoded)) return decoded;
    throw new UrlProblem(
      "must have none of / \\ % ? # ; in a part of its path, not even escaped: proxies differ about them",
    );
  });
}
