/** That no claim of the page is left out of the catalogue of claims, and that a fault makes each of them false. */
import { assert, assertEquals } from "@std/assert";
import { SENTENCES } from "./page_claims.ts";
import { FAULTS } from "./page_faults.ts";

const PAGE = new URL("../../web/page/", import.meta.url);

/** Where the page colours what it claims, and the places of the catalogue that this makes. */
const COLOURED: Readonly<Record<string, readonly string[]>> = {
  "claim.tsx": ["connection", "exchange-link", "storage", "alert-count", "feed-claim"],
  "panels/quality.tsx": ["verdict", "quality-best", "quality-levels", "quality-past"],
  "panels/standing.tsx": ["state", "proof"],
  "panels/symbols.tsx": ["symbol-row-BTCUSDT"],
  "symbol_head.tsx": ["head-state"],
  "views/actor_table.tsx": ["actor-symbol:BTCUSDT"],
  "views/followed_symbols.tsx": ["followed-BTCUSDT"],
  "views/overview_row.tsx": ["overview-BTCUSDT"],
  "views/system.tsx": ["fact-Exchange", "fact-Ban", "fact-Storage", "fact-Database", "fact-Redis"],
};

/** What calls something good, and where that is seen. */
const GOOD: Readonly<Record<string, readonly string[]>> = {
  "actor_order.ts": ["actor-symbol:BTCUSDT"],
  "badge.ts": ["proof"],
  "claims.ts": ["connection", "exchange-link", "alert-count"],
  "data_standing.ts": ["state"],
  "learning_claim.ts": ["feed-claim"],
  "notices.ts": ["storage"],
  "quality_text.ts": ["verdict"],
  "system_facts.ts": ["fact-Storage", "fact-Database", "fact-Redis"],
};

/** The page's own files, by their names in its folder. */
async function filesIn(folder = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, PAGE))) {
    if (isDirectory && name !== "dist") names.push(...await filesIn(`${folder}${name}/`));
    else if (/\.tsx?$/.test(name)) names.push(folder + name);
  }
  return names;
}

/** Those in whose text it is. */
async function filesWith(what: RegExp): Promise<string[]> {
  const names: string[] = [];
  for (const name of await filesIn()) {
    if (what.test(await Deno.readTextFile(new URL(name, PAGE)))) names.push(name);
  }
  return names.sort();
}

function assertHeld(claims: Readonly<Record<string, readonly string[]>>): void {
  for (const [file, testIds] of Object.entries(claims)) {
    for (const testId of testIds) {
      const isThere = SENTENCES.some(({ place }) => place.includes(`"${testId}"`));
      assert(isThere, `${file}: the catalogue has no place ${testId}`);
    }
  }
}

Deno.test("Whatever the page colours by how something stands is in the catalogue of claims", async () => {
  assertEquals(await filesWith(/\bdata-tone=\{/), Object.keys(COLOURED).sort());
  assertHeld(COLOURED);
});

Deno.test("Whatever the page calls good is in the catalogue of claims", async () => {
  assertEquals(await filesWith(/(?<!\| |readonly tone: )"good"(?! \|)/), Object.keys(GOOD).sort());
  assertHeld(GOOD);
});

Deno.test("A fault makes each claim of the catalogue false, and each fault one of them", () => {
  const faults = new Set(SENTENCES.flatMap((one) => Object.keys(one.faults)));
  assertEquals([...faults].sort(), Object.keys(FAULTS).sort());
  for (const { place, well, tone, faults } of SENTENCES) {
    const thens = Object.values(faults);
    assert(thens.length > 0, `no fault makes ${place} false`);
    for (const { says, tone: then } of thens) {
      assert(tone !== "good" || then !== "good", `${place} stays good`);
      assert(says.source !== well.source, `${place} says the same`);
    }
  }
});
