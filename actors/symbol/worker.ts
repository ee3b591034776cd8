/** The worker of one symbol actor. */
import type { SymbolArgs } from "../../shared/protocol.ts";
import { runActor } from "../run_actor.ts";
import { SymbolActor } from "./actor.ts";

runActor<SymbolArgs>((init, host) => new SymbolActor(init, host));
