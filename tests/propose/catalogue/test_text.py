"""What a rewrite does not touch keeps its bytes; what it touches keeps its comments."""

import ast

import pytest

from codeopt.propose.catalogue.drafting import Module, definition, draft
from codeopt.propose.catalogue.registry import REWRITES
from codeopt.propose.catalogue.text import Edit, Text, apply_edits, overlap
from tests.propose.catalogue.running import BY_NAME, rewritten


def test_only_the_changed_statements_change() -> None:
    source = '''\
import os   # stays


def f(xs ,  ys = ( 1,2 )):
    """Odd   layout."""
    a = { 'k' :1 }   # untouched
    result = []  # made here
    # one by one
    for x in xs :
        # kept only if it is one
        if x:
            result.append( x+1 )  # the next
    return  result , a   # done
'''
    after = '''\
import os   # stays


def f(xs ,  ys = ( 1,2 )):
    """Odd   layout."""
    a = { 'k' :1 }   # untouched
    # made here
    # one by one
    # kept only if it is one
    result = [x+1 for x in xs if x]  # the next
    return  result , a   # done
'''
    assert rewritten(source, BY_NAME["append-loop-to-comprehension"]).source == after


def test_columns_are_bytes_and_other_functions_are_left_alone() -> None:
    source = """\
def g(x):
    return "größer %s" % (x,)


def f(ä, ö):
    return "é" + "ü %s" % (ä,) + "→ %s" % (ö,)
"""
    after = source.replace('"ü %s" % (ä,)', 'f"ü {ä!s}"').replace('"→ %s" % (ö,)', 'f"→ {ö!s}"')
    assert rewritten(source, BY_NAME["percent-to-f-string"]).source == after


def test_a_method_is_cut_out_at_the_margin_with_its_strings() -> None:
    source = '''\
class C:
    @property
    def f(self):
        """First.

        Second.
        """
        text = """
    raw
        lines"""
        return text
'''
    after = '''\
@property
def f(self):
    """First.

    Second.
    """
    text = """
    raw
        lines"""
    return text
'''
    assert definition(source, "C.f") == after


@pytest.mark.parametrize(
    "source",
    [
        "def f(xs):\n    r = []; n = 1\n    for x in xs: r.append(x)\n    return r\n",
        "def f(xs):\n    r = []\n    for x in xs: r.append(x); print(x)\n    return r\n",
        "def f(a, line):\n    if a: pass\n    elif line.strip() == line.strip('x'): pass\n",
    ],
)
def test_statements_that_share_a_line_are_left_alone(source: str) -> None:
    assert not rewritten(source, BY_NAME["append-loop-to-comprehension"]).applied
    assert not rewritten(source, BY_NAME["repeated-call-to-local"]).applied


def test_nothing_inside_an_f_string_is_edited() -> None:
    source = 'def f(d, x):\n    return f"{x in d.keys()} {str.join(x for x in d)}"\n'
    assert not rewritten(source, *REWRITES).applied


def test_names_that_exist_are_not_taken() -> None:
    source = BY_NAME["regex-to-module-constant"].before + "\n\n_NUMBERS_RE = None\n"
    module = Module.parse(source)
    assert module is not None
    made = draft(module, ["numbers"], [BY_NAME["regex-to-module-constant"]], certain=True)
    assert made.helpers == ('_NUMBERS_RE2 = re.compile(r"-?[0-9]+")',)


def test_a_taken_name_is_not_imported() -> None:
    rewrite = BY_NAME["lambda-key-to-getter"]
    assert rewritten("itemgetter = 1\n\n\n" + rewrite.before, rewrite).imports == ()
    reached = rewritten("import operator as op\n\n\n" + rewrite.before, rewrite)
    assert reached.imports == ()
    assert "key=op.itemgetter(1)" in reached.source


def test_two_functions_of_one_statement_are_both_rewritten() -> None:
    source = """\
class C:
    def f(self, xs):
        return list(x for x in xs)

    def g(self, xs):
        return set(x for x in xs)
"""
    module = Module.parse(source)
    assert module is not None
    made = draft(module, ["C.f", "C.g"], REWRITES, certain=True)
    assert made.source == source.replace("list(x for x in xs)", "[x for x in xs]").replace(
        "set(x for x in xs)", "{x for x in xs}"
    )


def test_a_broken_module_is_no_module() -> None:
    assert Module.parse("def f(:\n") is None
    assert Module.parse("x = '\0'") is None


def test_edits_and_offsets() -> None:
    text = Text("é = 1  # ü\n")
    statement = ast.parse(text.source).body[0]
    assert (text.start(statement), text.end(statement)) == (0, 6)
    assert text.comments(0, 99) == ["# ü"]
    assert apply_edits(text.data, [Edit(3, 6, "= 2")]) == "é = 2  # ü\n"
    assert overlap([Edit(0, 3, "")], [Edit(2, 4, "")])
    assert overlap([Edit(2, 2, "a")], [Edit(2, 4, "")])
    assert not overlap([Edit(0, 2, "")], [Edit(2, 4, "")])


def test_strings_side_by_side_are_moved_line_by_line() -> None:
    source = '''\
class C:
    def f(self, x):
        """Say."""
        return (
            f"{x}"
            f"{x} is"
            """ here
  and there"""
        )
'''
    after = '''\
def f(self, x):
    """Say."""
    return (
        f"{x}"
        f"{x} is"
        """ here
  and there"""
    )
'''
    assert definition(source, "C.f") == after


def test_a_long_call_keeps_its_lines() -> None:
    source = """\
def f(x):
    return dict(
        # the first
        a=x,
        b=(x + 1) * (2),
    )
"""
    after = """\
def f(x):
    return {
        # the first
        "a": x,
        "b": (x + 1) * (2),
    }
"""
    assert rewritten(source, BY_NAME["constructor-to-literal"]).source == after


def test_parentheses_stay_where_they_are_needed() -> None:
    source = "def f(x, a, b):\n    return x in (a or b).keys()\n"
    after = "def f(x, a, b):\n    return x in (a or b)\n"
    assert rewritten(source, BY_NAME["keys-view"]).source == after
