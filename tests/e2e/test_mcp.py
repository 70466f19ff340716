"""A real client of the Model Context Protocol: three candidates, three verdicts, one commit."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.e2e.test_judge import FAST, HELPER, MODULE, QUICK, SLOW, WRONG
from tests.support.command import INI, codeopt, environment, git, picture, repository

TARGET = "mod.py::squares"
# long enough to be seen in a profile, however fast the machine is
TESTS = """from mod import squares


def test_squares():
    for k in [*range(24)] * 20:
        assert squares(list(range(k, 600 + k)))[2] == (k + 2) ** 2
"""
FILES = {"mod.py": MODULE, "test_mod.py": TESTS, "pytest.ini": INI}


class Agent:
    """What an agent does, through the SDK's own client."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session
        self.told: list[str] = []

    async def ask(self, tool: str, **given: Any) -> Any:
        """Call a tool; return its document, or the text of its error."""

        async def note(done: float, total: float | None, message: str | None) -> None:
            self.told.append(message or "")

        result = await self._session.call_tool(tool, given, progress_callback=note)
        text = result.content[0].text
        return f"error: {text}" if result.isError else json.loads(text)

    async def submit(self, code: str, **more: str) -> Any:
        """Submit a rewrite of the one function there is."""
        return await self.ask("submit_candidate", target=TARGET, code=code, **more)


async def drive(agent: Agent, session: ClientSession) -> dict[str, Any]:
    """Propose what is wrong, slow and good, and try to have each of them kept."""
    found: dict[str, Any] = {"tools": [each.name for each in (await session.list_tools()).tools]}
    hot = await agent.ask("hot_targets", limit=3)
    assert isinstance(hot, dict), hot
    found["hot"] = {each["target"]: each["code"] for each in hot["targets"]}
    found["profile"] = await agent.ask("profile")
    for name, code in (("wrong", WRONG), ("slow", SLOW), ("good", HELPER)):
        found[name] = await agent.submit(code, explanation=f"It is {name}.")
    found["again"] = await agent.submit(WRONG)
    for name in ("wrong", "slow", "good"):
        found[f"kept {name}"] = await agent.ask(
            "keep_candidate", candidate=found[name]["candidate"]
        )
    found["kept twice"] = await agent.ask("keep_candidate", candidate=found["good"]["candidate"])
    found["forged"] = await agent.ask("keep_candidate", candidate="0" * 16)
    verdict = {"candidate": found["wrong"]["candidate"], "verdict": "keep"}
    found["passed in"] = await agent.ask("keep_candidate", **verdict)
    found["unknown"] = await agent.ask("submit_candidate", target="mod.py::nope", code=FAST)
    return found


async def talk(root: Path, home: Path) -> tuple[dict[str, Any], list[str]]:
    """Start the server as an agent does, and talk to it."""
    words = ["-m", "codeopt", "mcp", "-C", str(root), *QUICK[1:], "--profile-seconds", "1"]
    server = StdioServerParameters(command=sys.executable, args=words, env=environment(home))
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        await session.initialize()
        agent = Agent(session)
        return await drive(agent, session), agent.told


def test_an_agent_gets_the_right_verdicts_and_keeps_only_what_was_judged(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", FILES)
    (root / "mod.py").write_text("raise SystemExit('not committed, so not looked at')\n")
    head, before = git(root, "rev-parse", "HEAD").strip(), picture(root)
    found, told = asyncio.run(talk(root, tmp_path))
    assert found["tools"] == ["profile", "hot_targets", "submit_candidate", "keep_candidate"]
    assert found["hot"] == {TARGET: FILES["mod.py"].rstrip("\n")}
    assert found["profile"]["hotspots"][0]["target"] == TARGET
    assert {"compare", "measure"} <= set(told)

    verdicts = {name: found[name]["verdict"] for name in ("wrong", "slow", "good")}
    assert verdicts == {"wrong": "reject", "slow": "reject", "good": "keep"}
    assert found["wrong"]["reason"]["code"] == "result-differs"
    assert "squares(" in found["wrong"]["functions"][0]["counterexample"]["snippet"]
    assert found["slow"]["reason"]["code"] == "slower"
    assert found["good"]["functions"][0]["speedup"]["low"] > 1.05
    assert found["again"] == found["wrong"]

    kept = found["kept good"]
    assert kept == found["kept twice"]
    assert git(root, "rev-list", f"{head}..{kept['branch']}").split() == [kept["commit"]]
    assert git(root, "show", f"{kept['commit']}:mod.py") == HELPER
    message = git(root, "log", "-1", "--format=%B", kept["commit"])
    assert "It is good." in message
    assert "Codeopt-Technique: agent: submitted" in message
    assert "Codeopt-Calls-Compared: 24" in message
    for name in ("wrong", "slow"):
        assert "is not to be kept: reject" in found[f"kept {name}"]
    assert "no candidate '0000000000000000'" in found["forged"]
    assert "Additional properties are not allowed" in found["passed in"]
    assert "nope" in found["unknown"]

    assert picture(root) == before
    told_later = codeopt("report", "-C", str(root), "--format", "json", home=tmp_path).document
    assert [each["commit"] for each in told_later["kept"]] == [kept["commit"]]
    assert len(told_later["rejected"]) == 2
