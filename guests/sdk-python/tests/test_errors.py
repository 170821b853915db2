"""What the host refuses, in words."""

import unittest

from host import CONTRACT, Host

VARIANTS = {
    "ChatError": "parlor:chat/types error",
    "NetError": "parlor:host/net error",
    "StoreError": "wasi:keyvalue/store error",
    "ConfigError": "wasi:config/store error",
    "LaunchError": "parlor:coweb/services launch-error",
    "BridgeError": "parlor:coweb/bridge error",
}


class Errors(unittest.TestCase):
    def setUp(self):
        host = Host(exports=[])
        host.load("import parlor_sdk")
        self.sdk = host.sdk()

    def test_each_case_of_the_contract_has_words(self):
        for name, place in VARIANTS.items():
            interface, variant = place.split()
            kind, cases = getattr(self.sdk, name), CONTRACT[interface].variants[variant]
            self.assertEqual(list(kind.cases), list(cases), name)
            for case, has_text in cases.items():
                words = str(kind(case, "#tea"))
                self.assertEqual("#tea" in words, has_text, f"{name} {case}: {words}")
                self.assertGreater(len(words), 3, f"{name} {case}")

    def test_a_case_that_there_is_not_is_a_mistake(self):
        with self.assertRaisesRegex(ValueError, "there is no case 'ful' here, only room-not-joined"):
            self.sdk.ChatError("ful")
        self.assertEqual(str(self.sdk.ChatError("full")), "too much is waiting to be sent")
