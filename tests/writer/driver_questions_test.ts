/** What the driver asks by itself must not fail where nobody can hear it: that would be a crash of the writer. */
import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../actors/writer/writer_connection.ts";
import { codeOf } from "../../shared/error_text.ts";
import { readDatabaseUrl } from "../../shared/database_url.ts";
import { startLonePooler } from "../support/impostors.ts";

Deno.test("A pooler that lets the writer in and refuses each question is a refusal, and no crash", async () => {
  const pooler = startLonePooler();
  const unheard: unknown[] = [];
  const hear = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unheard.push(event.reason);
  };
  addEventListener("unhandledrejection", hear);
  try {
    const url = `postgres://u:p@127.0.0.1:${pooler.port}/monitor?sslmode=disable`;
    const error = await assertRejects(() =>
      connect({
        address: { kind: "server", server: readDatabaseUrl(url), variable: "DATABASE_URL" },
        applicationName: "test",
        isPooled: false,
        onClose: () => {},
      })
    );
    assertEquals(codeOf(error), "08P01");
    assertEquals(pooler.asked() > 0, true, "nothing was asked");
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(unheard, []);
  } finally {
    removeEventListener("unhandledrejection", hear);
    await pooler.stop();
  }
});
