"""Every rewrite turns its example's ``before`` into ``after``, and both behave alike."""

import ast

import pytest

from codeopt.propose.catalogue.registry import REWRITES, listing
from codeopt.propose.catalogue.rewrite import Rewrite
from tests.propose.catalogue.running import body_of, module_after, outcome, rewritten, target_of

EACH = pytest.mark.parametrize("rewrite", REWRITES, ids=lambda r: r.name)


@EACH
def test_before_becomes_after(rewrite: Rewrite) -> None:
    result = rewritten(rewrite.before, rewrite)
    assert result.applied
    assert all(mark.why for mark in result.applied)
    assert body_of(result.source) == body_of(rewrite.after)
    ours, theirs = (ast.parse(text).body for text in (module_after(result), rewrite.after))
    assert sorted(map(ast.dump, ours)) == sorted(map(ast.dump, theirs))


@EACH
def test_before_and_after_behave_alike(rewrite: Rewrite) -> None:
    assert rewrite.samples
    name = target_of(rewrite.before)
    for sample in rewrite.samples:
        arguments = eval(sample, {"float": float, "range": range})
        expected = outcome(rewrite.before, name, arguments)
        assert outcome(rewrite.after, name, arguments) == expected


@EACH
def test_after_is_left_alone(rewrite: Rewrite) -> None:
    assert not rewritten(rewrite.after, rewrite).applied


def test_the_listing_describes_each_rewrite_once() -> None:
    names = [info.name for info in listing()]
    assert len(names) == len(set(names)) >= 25
    assert all(info.summary and info.before and info.after and info.notes for info in listing())
