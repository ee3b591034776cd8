/** Before a monitor in its process (`--preload`): throws what nobody catches, and a secret, when the monitor has begun. */
const folder = Deno.env.get("DATA_DIR");
const timer = setInterval(() => {
  try {
    Deno.statSync(`${folder}/lock`);
  } catch {
    return;
  }
  clearInterval(timer);
  throw new Error(`fell over with ${Deno.env.get("AUTH_TOKEN")}`);
}, 20);
// The program itself begins when nothing here is left to wait for.
Deno.unrefTimer(timer);
