"""Store, settings and what else the host gives."""

import unittest

from host import ALL_IMPORTS, Err, Host, Ok


def sdk(**world):
    host = Host(exports=["parlor:chat/bot", "parlor:host/fetch-handler", "parlor:host/net-handler"], **world)
    app = host.load("from parlor_sdk import *")
    app.the_bot.start()
    return host, host.sdk(), app


class Store(unittest.TestCase):
    def test_what_was_kept_is_found(self):
        host, it, _ = sdk()
        it.store.set("ä", "tea")
        it.store.set_json("json", {"a": ["ö"]})
        it.store.set_all({"x/1": "one", "x/2": b"two"})
        self.assertEqual(host.stored["json"], '{"a":["ö"]}'.encode())
        self.assertEqual((it.store.get("ä"), it.store.get("no"), it.store.get("no", "-")), ("tea", None, "-"))
        self.assertEqual(it.store.get_json("json"), {"a": ["ö"]})
        self.assertEqual(sorted(it.store.keys("x/")), ["x/1", "x/2"])
        self.assertEqual(it.store.all("x/"), {"x/1": "one", "x/2": "two"})
        self.assertEqual([it.store.increment("n"), it.store.increment("n", 5)], [1, 6])
        it.store.delete("ä")
        self.assertFalse(it.store.exists("ä"))

    def test_it_needs_no_batches(self):
        host, it, _ = sdk(imports=[name for name in ALL_IMPORTS if name != "wasi:keyvalue/batch"])
        it.store.set_all({"a": "1", "b": "2"})
        self.assertEqual(it.store.all(), {"a": "1", "b": "2"})

    def test_what_cannot_be_read_says_so(self):
        host, it, _ = sdk()
        host.stored = {"bytes": b"\xff", "text": b"tea"}
        with self.assertRaisesRegex(it.StoreError, 'what is stored at "bytes" is no text'):
            it.store.get("bytes")
        with self.assertRaisesRegex(it.StoreError, 'what is stored at "text" cannot be read'):
            it.store.get_json("text")
        host.answers["store.open"] = Err(host.wit("wasi:keyvalue/store").Error_AccessDenied())
        with self.assertRaisesRegex(it.StoreError, "the store is not granted") as raised:
            it.store.bucket("other").get("x")
        self.assertEqual(raised.exception.case, "access-denied")


class Config(unittest.TestCase):
    def test_settings_are_texts_or_json(self):
        _, it, _ = sdk(config={"name": "tea", "list": "[1]", "yes": "true"})
        self.assertEqual((it.config.get("name"), it.config.get("no"), it.config.get("no", "-")), ("tea", None, "-"))
        self.assertEqual((it.config.json("list", list), it.config.json("no", default=7)), ([1], 7))
        for ask, words in (
            (lambda: it.config.require("no"), "`no` is not configured"),
            (lambda: it.config.json("no"), "`no` is not configured"),
            (lambda: it.config.json("name"), "`name` is no JSON"),
            (lambda: it.config.json("list", dict), "`list` must be a table"),
            (lambda: it.config.json("yes", int), "`yes` must be a whole number"),
        ):
            with self.assertRaises(it.Failure) as raised:
                ask()
            self.assertEqual(str(raised.exception), words)


class Outside(unittest.TestCase):
    def test_an_answer_calls_what_was_given(self):
        host, it, app = sdk()
        answers = []
        it.fetch("https://a.example/x", answers.append, method="POST", headers={"a": "b"}, body="ö", timeout=1.5)
        it.fetch("https://a.example/y", answers.append)
        gone = it.fetch("https://a.example/z", answers.append)
        it.cancel_fetch(gone)
        sent = host.heard()
        self.assertIn("body=b'\\xc3\\xb6', timeout=1500", sent[0])
        response = host.wit("parlor:host/fetch").Response(200, [("content-type", "x")], b'{"a":1}')
        app.the_fetch_handler.on_response(1, Ok(response))
        app.the_fetch_handler.on_response(2, Err(host.wit("parlor:host/net").Error_Denied("a.example")))
        app.the_fetch_handler.on_response(gone, Ok(response))
        [answer, error] = answers
        self.assertEqual((answer.status, answer.json(), answer.header("Content-Type")), (200, {"a": 1}, "x"))
        self.assertEqual((type(error), str(error)), (it.NetError, "a.example is not granted"))

    def test_a_connection_sends_text_bytes_and_secrets(self):
        host, it, _ = sdk()
        line = it.connect("tls://a.example:1")
        line.send("PASS ")
        line.send_filled("a\0", it.Secret("key"), encoding="base64")
        line.close()
        [connect, send, filled, close] = host.heard()
        self.assertEqual(
            (connect, send, close), ("net.connect('tls://a.example:1')", "net.send(1, b'PASS ')", "net.close(1)")
        )
        self.assertIn("Piece_Bytes(value=b'a\\x00'), Piece_Secret(value='key')", filled)
        self.assertIn("Encoding.BASE64", filled)
