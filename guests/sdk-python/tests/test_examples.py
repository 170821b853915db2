"""The examples in the documentation of the SDK, and those in its README."""

import doctest
import importlib
import pkgutil
import re
import sys
import unittest
from pathlib import Path

from host import SDK, Host


def load_tests(loader, tests, pattern):
    """Adds what stands in docstrings; without a host, as where somebody tries a function of theirs."""
    for name in [
        name for name in sys.modules if name.partition(".")[0] in ("parlor_sdk", "wit_world", "componentize_py_types")
    ]:
        del sys.modules[name]
    sys.path.insert(0, str(SDK))
    sdk = importlib.import_module("parlor_sdk")
    for module in pkgutil.walk_packages(sdk.__path__, "parlor_sdk."):
        tests.addTests(doctest.DocTestSuite(module.name))
    return tests


class Readme(unittest.TestCase):
    def test_each_example_is_an_extension(self):
        text = (SDK / "README.md").read_text()
        examples = re.findall(r"<!-- exports: (.*?) -->\n```python\n(.*?)```", text, re.DOTALL)
        self.assertEqual(len(examples), text.count("```python"), "an example does not say what its world exports")
        for exports, source in examples:
            with self.subTest(source.splitlines()[0]):
                Host(exports=exports.split()).load(source)

    def test_the_example_in_the_package_is_the_one_in_the_readme(self):
        said = re.search(r"A whole bot:\n\n(.*?)\n\n- ", (SDK / "parlor_sdk/__init__.py").read_text(), re.DOTALL)
        lines = [line.removeprefix("    ") for line in said[1].replace('\\"', '"').splitlines()]
        self.assertIn("\n".join(lines), (SDK / "README.md").read_text())


class Templates(unittest.TestCase):
    def test_each_builds_for_its_world(self):
        templates = Path(SDK).parent / "templates"
        for app in sorted(templates.glob("python/*/app.py")):
            with self.subTest(app.parent.name):
                world = (templates / "worlds" / f"{app.parent.name}.wit").read_text()
                lines = [line.strip() for line in world.splitlines() if not line.strip().startswith("//")]
                exports = [line.split()[1].partition("@")[0] for line in lines if line.startswith("export ")]
                includes = [line.split()[1].partition("@")[0] for line in lines if line.startswith("include ")]
                exports += [name for world in includes for name in _WORLDS[world]]
                source = app.read_text().replace("{{name}}", "my-bot")
                Host(exports=exports).load(source)


_WORLDS = {
    "parlor:chat/chat-bot": ["parlor:chat/bot"],
    "parlor:chat/chat-backend": ["parlor:chat/backend", "parlor:chat/rooms"],
    "parlor:coweb/auth-manager": ["parlor:coweb/auth"],
    "parlor:coweb/access-manager": ["parlor:coweb/access"],
    "parlor:coweb/updater": ["parlor:coweb/updater-type-matcher"],
    "parlor:coweb/service-launcher": ["parlor:coweb/launcher"],
    "parlor:coweb/service-manager": ["parlor:coweb/manager"],
    "parlor:coweb/session-bot": ["parlor:coweb/service-bot"],
}
