"""cryptofeed's order books through its callback, and into its Postgres back-end where there is a database."""

import json
import logging
import os
import sys
import threading
import time

from cryptofeed import FeedHandler, connection
from cryptofeed.backends.postgres import BookPostgres
from cryptofeed.connection import RestEndpoint, WebsocketEndpoint
from cryptofeed.defines import L2_BOOK
from cryptofeed.exchanges import Binance

TASK = json.loads(sys.argv[1])
LINE_SECONDS = 1
line = {"latencies": [], "notices": 0, "said": None}
books = set()


class Notices(logging.Handler):
    """What it warns of is what its user can notice."""

    def emit(self, record):
        line["notices"] += 1
        line["said"] = record.getMessage()[:200]


# It takes no address without TLS, which the exchange of a benchmark does not speak to anybody.
CONNECT = connection.connect
connection.connect = lambda address, **options: CONNECT(address.replace("wss:", "ws:"), **options)


class Here(Binance):
    """The exchange at another address."""

    websocket_endpoints = [WebsocketEndpoint(TASK["wsUrl"].replace("ws://", "wss://"))]
    rest_endpoints = [RestEndpoint(TASK["restUrl"], routes=Binance.rest_endpoints[0].routes)]


async def saw(book, _receipt):
    books.add(book.symbol)
    if book.timestamp is not None:
        line["latencies"].append(round((time.time() - book.timestamp) * 1000, 1))


def tell():
    latencies, line["latencies"] = line["latencies"], []
    notices, line["notices"] = line["notices"], 0
    told = {
        "books": len(books),
        "latenciesMs": latencies,
        "notices": notices,
        "said": line["said"],
    }
    print(json.dumps(told), flush=True)


def tell_each_second():
    while True:
        time.sleep(LINE_SECONDS)
        tell()


def end_with_input():
    sys.stdin.read()
    os._exit(0)


logger = logging.getLogger("feedhandler")
logger.setLevel(logging.WARNING)
logger.addHandler(Notices())
callbacks = [saw]
database = TASK["database"]
if database is not None:
    place = {"port": database["port"], "user": database["user"], "db": database["name"]}
    callbacks.append(BookPostgres(host="127.0.0.1", **place))
names = {raw: std for std, raw in Here.symbol_mapping().items()}
symbols = [names[symbol] for symbol in TASK["symbols"]]
handler = FeedHandler(config={"log": {"disabled": True}})
handler.add_feed(Here(symbols=symbols, channels=[L2_BOOK], callbacks={L2_BOOK: callbacks}))
for work in (tell_each_second, end_with_input):
    threading.Thread(target=work, daemon=True).start()
handler.run()
