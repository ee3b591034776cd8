import { assertEquals, assertRejects } from "@std/assert";
import { missingServices, type Service, startServices } from "../../../scripts/gate/services.ts";

const service = (name: string, rest: Partial<Service>): Service => ({
  name,
  variable: `TEST_${name}`,
  without: "it",
  install: "install it",
  find: () => `/usr/bin/${name}`,
  ...rest,
});
const never = () => false;

Deno.test("missingServices() names what is neither set nor here, and what to do", () => {
  const services = [service("A", {}), service("B", { find: () => null })];
  assertEquals(missingServices(services, never), [
    "B is missing, so nothing was tested with it: install it, or set TEST_B",
  ]);
  assertEquals(missingServices(services, (variable) => variable === "TEST_B"), []);
});

Deno.test("startServices() starts what is here, and leaves alone what a person has set", async () => {
  const events: string[] = [];
  const start = (name: string) => () => {
    events.push(`start ${name}`);
    return Promise.resolve({
      url: `url of ${name}`,
      stop: () => Promise.resolve(void events.push(`stop ${name}`)),
    });
  };
  const services = [
    service("A", { start: start("A") }),
    service("B", {}),
    service("C", { start: start("C") }),
    service("D", { start: start("D"), find: () => null }),
  ];
  const { environment, stop } = await startServices(services, (name) => name === "TEST_C");
  assertEquals(environment, { TEST_A: "url of A", TEST_B: "/usr/bin/B" });
  await stop();
  assertEquals(events, ["start A", "stop A"]);
});

Deno.test("startServices() stops the others when one does not start", async () => {
  let stopped = 0;
  const services = [
    service("A", { start: () => Promise.reject(new Error("planted")) }),
    service("B", {
      start: () => Promise.resolve({ url: "b", stop: () => Promise.resolve(void (stopped += 1)) }),
    }),
  ];
  await assertRejects(() => startServices(services, never), Error, "planted");
  assertEquals(stopped, 1);
});
