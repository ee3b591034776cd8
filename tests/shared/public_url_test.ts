import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { readPublicUrl } from "../../shared/public_url.ts";
import { UrlProblem } from "../../shared/url_parts.ts";

Deno.test("readPublicUrl() has the address as browsers send it", () => {
  const table = {
    "https://desk.example.org": "https://desk.example.org",
    "HTTPS://Desk.Example.ORG:443//": "https://desk.example.org",
    "http://desk.example.org:80/Books///": "http://desk.example.org/Books",
    "https://desk.example.org:8443/a/b/": "https://desk.example.org:8443/a/b",
    "https://bücher.example/bücher": "https://xn--bcher-kva.example/b%C3%BCcher",
    "https://x/b%c3%bccher/": "https://x/b%C3%BCcher",
    "https://x/a b/%61%20b": "https://x/a%20b/a%20b",
    "https://x/%7Eme/%40me/@me": "https://x/~me/@me/@me",
    "https://x/a/../b/./c/%2e%2E/": "https://x/b",
    "https://x/📖": "https://x/%F0%9F%93%96",
    "https://[::1]:8000/books": "https://[::1]:8000/books",
    "https://0x7f.1/api": "https://127.0.0.1/api",
  };
  for (const [text, expected] of Object.entries(table)) {
    assertEquals(readPublicUrl(text), expected);
    assertEquals(readPublicUrl(expected), expected, "read again");
  }
});

Deno.test("readPublicUrl() refuses what proxies and browsers do not agree about", () => {
  const table: Record<string, RegExp> = {
    "desk.example.org/books": /starts with https/,
    "ftp://x": /starts with https/,
    "https://": /starts with https/,
    "https://me:pw@x": /a host and a path alone/,
    "https://x/?": /a host and a path alone/,
    "https://x/books?a=b": /a host and a path alone/,
    "https://x/books#": /a host and a path alone/,
    "https://x/a//b": /no \/\/ in its path/,
    "https://x//a": /no \/\/ in its path/,
    "https://x/100%": /every % in its path begin an escape/,
    "https://x/%ff": /every % in its path begin an escape/,
    "https://x/a%2Fb": /not even escaped/,
    "https://x/a%5cb": /not even escaped/,
    "https://x/a%25b": /not even escaped/,
    "https://x/a;b": /not even escaped/,
    "https://x/a%00b": /not even escaped/,
    "https://x/api/symbols": /below it \S+ would be another page/,
  };
  for (const [text, expected] of Object.entries(table)) {
    assertMatch(
      assertThrows(() => readPublicUrl(text), UrlProblem, undefined, text).message,
      expected,
    );
  }
});
