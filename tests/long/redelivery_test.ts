/** What is told again, in any order and any number of times, in hundreds of orders. */
import { testOnBothDatabases } from "../integration/writer_stage.ts";
import { tellsNewestOnce } from "../support/redelivery.ts";

const RUNS = 300;
const TELLINGS_MAX = 200;

testOnBothDatabases("Redelivery", {
  "leaves the newest revision of each row once, across the border of partitions": tellsNewestOnce(
    RUNS,
    TELLINGS_MAX,
  ),
});
