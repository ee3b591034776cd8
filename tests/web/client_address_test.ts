import { assertEquals } from "@std/assert";
import { AddressCounts, addressGroup, clientAddress } from "../../web/client_address.ts";

const isTrusted = (address: string) => ["127.0.0.1", "10.0.0.1", "fd00::1"].includes(address);

for (
  const [peer, forwardedFor, expected] of [
    ["192.0.2.1", undefined, "192.0.2.1"],
    // Whoever writes the header himself is not believed.
    ["192.0.2.1", "198.51.100.7", "192.0.2.1"],
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["127.0.0.1", "198.51.100.7", "198.51.100.7"],
    ["127.0.0.1", "6.6.6.6, 198.51.100.7", "198.51.100.7"],
    ["127.0.0.1", "6.6.6.6, 198.51.100.7 , 10.0.0.1", "198.51.100.7"],
    ["127.0.0.1", "10.0.0.1", "10.0.0.1"],
    ["127.0.0.1", "unknown", "127.0.0.1"],
    ["127.0.0.1", "6.6.6.6, unknown, 10.0.0.1", "10.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "198.51.100.7:4711", "198.51.100.7"],
    ["127.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"],
    ["fd00::1", "2001:db8::7", "2001:db8::7"],
    ["::ffff:127.0.0.1", "198.51.100.7", "198.51.100.7"],
    ["::ffff:192.0.2.1", undefined, "192.0.2.1"],
    ["fe80::1%eth0", undefined, "fe80::1"],
    ["", "198.51.100.7", ""],
  ] as const
) {
  Deno.test(`clientAddress() of ${peer}, forwarded for "${forwardedFor}", is ${expected}`, () => {
    assertEquals(clientAddress(peer, forwardedFor, isTrusted), expected);
  });
}

for (
  const [address, group] of [
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::", "fe80:0:0:0::/64"],
  ] as const
) {
  Deno.test(`addressGroup() counts ${address} as ${group}`, () => {
    assertEquals(addressGroup(address), group);
  });
}

Deno.test("AddressCounts counts those of one /64 as one, and forgets whom nothing is left of", () => {
  const counts = new AddressCounts();
  for (const address of ["2001:db8::1", "2001:db8::2", "192.0.2.1"]) counts.add(address);
  assertEquals(["2001:db8::3", "192.0.2.1", "192.0.2.2"].map((one) => counts.of(one)), [2, 1, 0]);
  counts.remove("2001:db8::1");
  counts.remove("192.0.2.1");
  assertEquals(["2001:db8::3", "192.0.2.1"].map((one) => counts.of(one)), [1, 0]);
});
