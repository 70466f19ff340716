"""Code that looks like what a rewrite wants, on which it would be wrong: (rewrite, why, code)."""

NEVER: tuple[tuple[str, str, str], ...] = (
    # ---------------------------------------------------------------- membership
    ("membership-list-to-set", "the loop appends to the list", """
def f(words, known):
    for word in words:
        if word not in known:
            known.append(word)
"""),
    ("membership-list-to-set", "the loop rebinds the list", """
def f(words, known: list):
    for word in words:
        if word in known:
            known = known[1:]
    return known
"""),
    ("membership-list-to-set", "an alias of the list grows", """
def f(words, known):
    same = known
    for word in words:
        if word not in known:
            same.append(word)
"""),
    ("membership-list-to-set", "it is text: substrings count", """
def f(words, text: str):
    return [word for word in words if word in text]
"""),
    ("membership-list-to-set", "it is a set already", """
def f(words):
    known = {1, 2}
    return [word for word in words if word in known]
"""),
    ("membership-list-to-set", "the list goes to code of unknown effect", """
def f(words, known, use):
    for word in words:
        if word in known:
            use(known)
"""),
    ("membership-list-to-set", "the list is a variable of the loop around", """
def f(rows, word):
    return [row for row in rows if word in row]
"""),
    ("membership-list-to-set", "a nested function may change it", """
def f(words, known):
    def grow():
        nonlocal known
        known = known + [1]
    for word in words:
        if word in known:
            grow()
"""),
    ("membership-list-to-set", "the list is global", """
def f(words):
    global known
    return [word for word in words if word in known]
"""),
    ("seen-list-to-set", "elements are taken out again", """
def f(items):
    seen = []
    for item in items:
        if item not in seen:
            seen.append(item)
        else:
            seen.remove(item)
    return seen
"""),
    ("seen-list-to-set", "the list is handed to other code", """
def f(items, use):
    seen = []
    for item in items:
        if item not in seen:
            seen.append(item)
        use(seen)
"""),
    ("seen-list-to-set", "a parameter may be anything", """
def f(items, seen):
    for item in items:
        if item not in seen:
            seen.append(item)
"""),
    ("seen-list-to-set", "an element would be evaluated twice", """
def f(items, read):
    seen = []
    for item in items:
        if item not in seen:
            seen.append(read())
    return seen
"""),
    ("seen-list-to-set", "an item is stored", """
def f(items):
    seen = []
    for item in items:
        if item not in seen:
            seen.append(item)
        seen[0] = item
    return seen
"""),
    ("membership-literal-to-set", "an element is not constant", """
def f(x, y):
    return x in [1, 2, y]
"""),
    ("membership-literal-to-set", "lists can't be in a set", """
def f(x):
    return x in [[1], [2], [3]]
"""),
    ("membership-module-list-to-frozenset", "the module changes it", """
WORDS = ["a", "b"]
WORDS.append("c")

def f(xs):
    return [x for x in xs if x in WORDS]
"""),
    ("membership-module-list-to-frozenset", "a local hides it", """
WORDS = ["a", "b"]

def f(xs, WORDS):
    return [x for x in xs if x in WORDS]
"""),
    ("membership-in-copy", "it may be an iterator", """
def f(xs, y):
    return [x for x in xs if x in list(y)]
"""),
    ("membership-in-copy", "list is something else", """
def list(x):
    return []

def f(x, d):
    return x in list(d.keys())
"""),
    ("keys-view", "the view itself is wanted", """
def f(d, e):
    return d.keys() & e.keys()
"""),
    ("keys-view", "keys takes an argument", """
def f(d, x):
    return x in d.keys(1)
"""),
    # ---------------------------------------------------------------- dictionaries
    ("keys-loop-to-items", "the loop stores into the mapping", """
def f(d):
    for k in d:
        d[k] = d[k] + 1
"""),
    ("keys-loop-to-items", "the loop rebinds the key", """
def f(d):
    for k in d:
        k = k.lower()
        print(d[k])
"""),
    ("keys-loop-to-items", "the mapping goes to unknown code", """
def f(d, g):
    for k in d:
        g(d)
        print(d[k])
"""),
    ("keys-loop-to-items", "another mapping is read", """
def f(d, e):
    for k in d:
        print(e[k])
"""),
    ("keys-loop-to-items", "a nested function sees the key", """
def f(d):
    return [(lambda: d[k]) for k in d]
"""),
    ("counting-loop-to-counter", "the loop has an else", """
def f(xs):
    counts = {}
    for x in xs:
        counts[x] = counts.get(x, 0) + 1
    else:
        counts["done"] = 1
    return counts
"""),
    ("counting-loop-to-counter", "the last element is read afterwards", """
def f(xs):
    counts = {}
    for x in xs:
        counts[x] = counts.get(x, 0) + 1
    return counts, x
"""),
    ("counting-loop-to-counter", "the loop does more", """
def f(xs):
    counts = {}
    for x in xs:
        counts[x] = counts.get(x, 0) + 1
        print(x)
    return counts
"""),
    ("counting-loop-to-counter", "an exception leaves half a count", """
def f(xs):
    try:
        counts = {}
        for x in xs:
            counts[x] = counts.get(x, 0) + 1
    except ValueError:
        pass
    return counts
"""),
    ("counting-loop-to-counter", "it counts in twos", """
def f(xs):
    counts = {}
    for x in xs:
        counts[x] = counts.get(x, 0) + 2
    return counts
"""),
    ("counting-to-get", "the dictionary may be a defaultdict", """
def f(xs, counts):
    for x in xs:
        if x in counts:
            counts[x] += 1
        else:
            counts[x] = 1
"""),
    ("counting-to-get", "other values are in it, too", """
def f(xs):
    counts = {}
    counts["all"] = xs
    for x in xs:
        if x in counts:
            counts[x] += 1
        else:
            counts[x] = 1
    return counts
"""),
    ("counting-to-get", "it starts elsewhere", """
def f(xs):
    counts = {}
    for x in xs:
        if x in counts:
            counts[x] += 1
        else:
            counts[x] = 5
    return counts
"""),
    ("grouping-to-setdefault", "the key is computed anew", """
def f(xs, key):
    groups = {}
    for x in xs:
        if key(x) not in groups:
            groups[key(x)] = []
        groups[key(x)].append(x)
    return groups
"""),
    ("grouping-to-setdefault", "what is added may fail", """
def f(xs, g):
    groups = {}
    for x in xs:
        if x not in groups:
            groups[x] = []
        groups[x].append(g(x))
    return groups
"""),
    ("lookup-to-get", "the default is computed", """
def f(table, key, make):
    try:
        value = table[key]
    except KeyError:
        value = make()
    return value
"""),
    ("lookup-to-get", "other exceptions are caught", """
def f(table, key):
    try:
        value = table[key]
    except (KeyError, IndexError):
        value = 0
    return value
"""),
    ("lookup-to-get", "the exception is used", """
def f(table, key):
    try:
        value = table[key]
    except KeyError as error:
        value = error
    return value
"""),
    ("lookup-to-get", "another name is set", """
def f(table, key):
    try:
        value = table[key]
    except KeyError:
        other = 0
    return other
"""),
    # ---------------------------------------------------------------- building
    ("append-loop-to-comprehension", "the list is read in the loop", """
def f(xs):
    result = []
    for x in xs:
        result.append(len(result))
    return result
"""),
    ("append-loop-to-comprehension", "the variable is read afterwards", """
def f(xs):
    result = []
    for x in xs:
        result.append(x)
    return result, x
"""),
    ("append-loop-to-comprehension", "the loop has an else", """
def f(xs):
    result = []
    for x in xs:
        result.append(x + 1)
    else:
        result.append(0)
    return result
"""),
    ("append-loop-to-comprehension", "an exception leaves half a list", """
def f(xs):
    try:
        result = []
        for x in xs:
            result.append(int(x))
    except ValueError:
        pass
    return result
"""),
    ("append-loop-to-comprehension", "a suppressed exception leaves half a list", """
from contextlib import suppress

def f(xs):
    result = []
    with suppress(ValueError):
        result = []
        for x in xs:
            result.append(int(x))
    return result
"""),
    ("append-loop-to-comprehension", "the loop pauses", """
def f(xs):
    result = []
    for x in xs:
        result.append((yield x))
    return result
"""),
    ("append-loop-to-comprehension", "the loop awaits", """
async def f(xs):
    result = []
    for x in xs:
        result.append(await x)
    return result
"""),
    ("append-loop-to-comprehension", "the loop is asynchronous", """
async def f(xs):
    result = []
    async for x in xs:
        result.append(x)
    return result
"""),
    ("append-loop-to-comprehension", "a walrus binds a name", """
def f(xs):
    result = []
    for x in xs:
        result.append(y := x)
    return result, y
"""),
    ("append-loop-to-comprehension", "super needs the method's frame", """
class B(list):
    def f(self, xs):
        result = []
        for x in xs:
            result.append(super().count(x))
        return result
"""),
    ("append-loop-to-comprehension", "a nested function sees the variable", """
def f(xs):
    result = []
    for x in xs:
        result.append(lambda: x)
    return result
"""),
    ("append-loop-to-comprehension", "the list is global", """
def f(xs):
    global result
    result = []
    for x in xs:
        result.append(x + 1)
"""),
    ("append-loop-to-comprehension", "the iterable reads the variable", """
def f(x):
    result = []
    for x in x:
        result.append(x + 1)
    return result
"""),
    ("append-loop-to-comprehension", "something stands between", """
def f(xs):
    result = []
    result.append(0)
    for x in xs:
        result.append(x + 1)
    return result
"""),
    ("append-loop-to-comprehension", "locals are looked at", """
def f(xs):
    result = []
    for x in xs:
        result.append(x + 1)
    return locals()
"""),
    ("store-loop-to-dict-comprehension", "key and value may both fail", """
def f(xs, k, v):
    d = {}
    for x in xs:
        d[k(x)] = v(x)
    return d
"""),
    ("store-loop-to-dict-comprehension", "the dictionary is read", """
def f(xs):
    d = {}
    for x in xs:
        d[x] = len(d)
    return d
"""),
    ("add-loop-to-set-comprehension", "set is something else", """
from sortedcontainers import SortedSet as set

def f(xs):
    result = set()
    for x in xs:
        result.add(x)
    return result
"""),
    ("append-loop-to-extend", "the list comes from outside", """
def f(xs, result):
    for x in xs:
        result.append(x)
"""),
    ("append-loop-to-extend", "it goes over itself", """
def f():
    result = [1]
    for x in result[:]:
        result.append(x)
    return result
"""),
    ("list-concatenation-to-append", "an older list is kept elsewhere", """
def f(xs):
    result = []
    history = []
    for x in xs:
        result = result + [x]
        history.append(result)
    return history
"""),
    ("list-concatenation-to-append", "another name refers to it", """
def f(xs):
    result = []
    first = result
    for x in xs:
        result = result + [x]
    return result, first
"""),
    ("list-concatenation-to-append", "the caller's list", """
def f(xs, result):
    for x in xs:
        result = result + [x]
    return result
"""),
    ("list-concatenation-to-append", "the loop goes over it", """
def f():
    result = [1, 2]
    for x in result:
        result = result + [x]
    return result
"""),
    ("list-concatenation-to-append", "a nested function holds it", """
def f(xs):
    result = []
    show = lambda: result
    for x in xs:
        result = result + [x]
    return show
"""),
    # ---------------------------------------------------------------- queues
    ("list-queue-to-deque", "the list is returned", """
def f(xs):
    queue = list(xs)
    while queue:
        if queue.pop(0):
            return queue
"""),
    ("list-queue-to-deque", "it is indexed", """
def f(xs):
    queue = list(xs)
    while queue:
        queue.pop(0)
        print(queue[1:])
"""),
    ("list-queue-to-deque", "it is the caller's", """
def f(queue):
    while queue:
        queue.pop(0)
"""),
    ("insert-front-to-reverse", "the loop reads the list", """
def f(xs):
    result = []
    for x in xs:
        if x not in result:
            result.insert(0, x)
    return result
"""),
    ("insert-front-to-reverse", "a return shows it too early", """
def f(xs):
    result = []
    for x in xs:
        result.insert(0, x)
        if x:
            return result
    return None
"""),
    ("insert-front-to-reverse", "it is not empty before", """
def f(xs):
    result = [0]
    for x in xs:
        result.insert(0, x)
    return result
"""),
    # ---------------------------------------------------------------- sorting
    ("sorted-to-extreme", "the last of equal ones is another one", """
def f(xs):
    return sorted(xs, key=len)[-1]
"""),
    ("sorted-to-extreme", "sorted is something else", """
def f(xs, sorted):
    return sorted(xs)[0]
"""),
    ("sorted-to-extreme", "all are taken", """
def f(xs, i):
    return sorted(xs)[i]
"""),
    ("sorted-slice-to-heapq", "counted from the end", """
def f(xs):
    return sorted(xs)[:-1]
"""),
    ("sorted-slice-to-heapq", "every other one", """
def f(xs):
    return sorted(xs)[:4:2]
"""),
    ("lambda-key-to-getter", "the index is a variable", """
def f(xs, i):
    return sorted(xs, key=lambda x: x[i])
"""),
    ("lambda-key-to-getter", "the method is called", """
def f(xs):
    return sorted(xs, key=lambda x: x.name())
"""),
    ("lambda-key-to-getter", "private names are mangled", """
class C:
    def f(self, xs):
        return sorted(xs, key=lambda x: x.__rank)
"""),
    ("lambda-key-to-getter", "len is something else", """
def f(xs, len):
    return sorted(xs, key=lambda x: len(x))
"""),
    # ---------------------------------------------------------------- strings
    ("string-concatenation-to-join", "the loop reads the text", """
def f(xs):
    text = ""
    for x in xs:
        text += x
        if len(text) > 9:
            break
    return text
"""),
    ("string-concatenation-to-join", "it is no text", """
def f(xs):
    total = 0
    for x in xs:
        total += x
    return total
"""),
    ("string-concatenation-to-join", "a generator shows it half-made", """
def f(xs):
    text = ""
    for x in xs:
        text += x
        yield x
    yield text
"""),
    ("string-concatenation-to-join", "an exception shows it half-made", """
def f(xs):
    text = ""
    try:
        for x in xs:
            text += x
    finally:
        print(text)
"""),
    ("string-concatenation-to-join", "the loop has an else", """
def f(xs):
    text = ""
    for x in xs:
        text += x
    else:
        text += "."
    return text
"""),
    ("string-concatenation-to-join", "a nested function reads it", """
def f(xs):
    text = ""
    show = lambda: text
    for x in xs:
        text += x
    return show
"""),
    ("format-call-to-f-string", "a field is named", """
def f(x):
    return "{x.y}".format(x=x)
"""),
    ("format-call-to-f-string", "an argument is used twice", """
def f(x):
    return "{0}{0}".format(x)
"""),
    ("format-call-to-f-string", "the arguments are unpacked", """
def f(xs):
    return "{}{}".format(*xs)
"""),
    ("format-call-to-f-string", "too few arguments raise", """
def f(x):
    return "{}{}".format(x)
"""),
    ("percent-to-f-string", "the argument may be a tuple", """
def f(x):
    return "%s" % x
"""),
    ("percent-to-f-string", "%d cuts numbers off", """
def f(x):
    return "%d" % (x,)
"""),
    ("percent-to-f-string", "a mapping is looked up", """
def f(x):
    return "%(a)s" % (x,)
"""),
    ("percent-to-f-string", "too many arguments raise", """
def f(x):
    return "%s" % (x, x)
"""),
    ("percent-to-f-string", "the text of an error costs nothing", """
def f(x):
    raise ValueError("%s" % (x,))
"""),
    ("join-generator-to-list", "the owner of join is unknown", """
def f(path, xs):
    return path.join(x for x in xs)
"""),
    # ---------------------------------------------------------------- reductions
    ("any-all-to-loop", "the variable has a value already", """
def f(x, xs):
    return any(x for x in xs if x) 
"""),
    ("any-all-to-loop", "a nested function would see another variable", """
def f(xs):
    return any((lambda: x)() for x in xs)
"""),
    ("any-all-to-loop", "any is something else", """
from numpy import any

def f(xs):
    return any(x > 1 for x in xs)
"""),
    ("any-all-to-loop", "StopIteration becomes RuntimeError in a generator", """
def f(xs, it):
    return any(next(it) > x for x in xs)
"""),
    ("generator-argument-to-comprehension", "sum is something else", """
from numpy import sum

def f(xs):
    return sum(x for x in xs)
"""),
    ("generator-argument-to-comprehension", "any stops early", """
def f(xs):
    return bool(any(x for x in xs))
"""),
    ("any-all-of-list-to-generator", "all elements have effects", """
def f(xs, out):
    return any([out.append(x) for x in xs])
"""),
    ("any-all-of-list-to-generator", "all elements call unknown code", """
def f(xs, g):
    return all([g(x) for x in xs])
"""),
    ("sum-of-lists-to-chain", "the start has elements", """
def f(xs):
    return sum(xs, [0])
"""),
    ("sum-loop-to-sum", "floats add up to other bits", """
def f(xs):
    total = 0
    for x in xs:
        total += x
    return total
"""),
    ("sum-loop-to-sum", "the loop leaves its variable", """
def f(xs):
    total = 0
    for x in xs:
        total += len(x)
    return total, x
"""),
    ("extreme-loop-to-builtin", "equal ones replace it", """
def f(xs):
    best = xs[0]
    for x in xs:
        if x <= best:
            best = x
    return best
"""),
    ("extreme-loop-to-builtin", "something else is kept", """
def f(xs):
    best = xs[0]
    for x in xs:
        if x < best:
            best = -x
    return best
"""),
    # ---------------------------------------------------------------- iteration
    ("range-len-to-elements", "the loop stores into the list", """
def f(xs):
    for i in range(len(xs)):
        xs[i] = xs[i] + 1
"""),
    ("range-len-to-elements", "the loop shortens the list", """
def f(xs):
    for i in range(len(xs)):
        print(xs[i])
        xs.pop()
"""),
    ("range-len-to-elements", "the loop changes the index", """
def f(xs):
    for i in range(len(xs)):
        i += 1
        print(xs[i])
"""),
    ("range-len-to-elements", "it is a dictionary", """
def f():
    d = {0: 1}
    for i in range(len(d)):
        print(d[i])
"""),
    ("range-len-to-elements", "len is something else", """
def f(xs, len):
    for i in range(len(xs)):
        print(xs[i])
"""),
    ("unused-enumerate", "the count is read afterwards", """
def f(xs):
    for i, x in enumerate(xs):
        print(x)
    return i
"""),
    ("unused-enumerate", "the count is read", """
def f(xs):
    return [i for i, x in enumerate(xs)]
"""),
    ("readlines-to-iteration", "the file is read further", """
def f(path):
    with open(path) as file:
        for line in file.readlines():
            file.seek(0)
"""),
    ("readlines-to-iteration", "it may be no file", """
def f(file):
    for line in file.readlines():
        print(line)
"""),
    ("copy-to-iterate", "the loop changes the list", """
def f():
    xs = [1, 2]
    for x in xs[:]:
        xs.remove(x)
    return xs
"""),
    ("copy-to-iterate", "the loop changes the dictionary", """
def f(d):
    for k in list(d):
        del d[k]
"""),
    ("redundant-copy", "any would stop early", """
def f(xs):
    return any(list(xs))
"""),
    # ---------------------------------------------------------------- conditions
    ("isinstance-chain-to-tuple", "two different things", """
def f(x, y):
    return isinstance(x, int) or isinstance(y, str)
"""),
    ("isinstance-chain-to-tuple", "both must hold", """
def f(x):
    return isinstance(x, int) and isinstance(x, float)
"""),
    ("isinstance-chain-to-tuple", "something stands between", """
def f(x):
    return isinstance(x, int) or x is None or isinstance(x, str)
"""),
    ("affix-chain-to-tuple", "two different methods", """
def f(x):
    return x.startswith("a") or x.endswith("b")
"""),
    ("equality-chain-to-membership", "the value itself is returned", """
def f(x):
    return x == 1 or x == 2 or x == 3
"""),
    # ---------------------------------------------------------------- calls
    ("deepcopy-of-flat-to-copy", "the elements may be anything", """
import copy

def f(xs: list):
    return copy.deepcopy(xs)
"""),
    ("deepcopy-of-flat-to-copy", "the elements are lists", """
import copy

def f(xs: list[list[int]]):
    return copy.deepcopy(xs)
"""),
    ("deepcopy-of-flat-to-copy", "the list grew by something unknown", """
import copy

def f(x):
    xs = [1]
    xs.append(x)
    return copy.deepcopy(xs)
"""),
    ("map-lambda-to-comprehension", "the map stays lazy", """
def f(xs):
    return map(lambda x: x + 1, xs)
"""),
    ("map-lambda-to-comprehension", "two iterables", """
def f(xs, ys):
    return list(map(lambda x, y: x + y, xs, ys))
"""),
    ("map-lambda-to-comprehension", "a lambda inside sees its own variable", """
def f(xs):
    return list(map(lambda x: lambda: x, xs))
"""),
    ("map-lambda-to-comprehension", "the iterable has the lambda's name", """
def f(x):
    return list(map(lambda x: x + 1, x))
"""),
    ("constructor-to-literal", "dict is something else", """
from collections import OrderedDict as dict

def f():
    return dict()
"""),
    ("constructor-to-literal", "there is something in it", """
def f(x):
    return list(x), dict(**x)
"""),
    ("memoise-recursion", "it has effects", """
def f(n):
    print(n)
    return n if n < 2 else f(n - 1) + f(n - 2)
"""),
    ("memoise-recursion", "it returns a fresh list", """
def f(n):
    return [n] if n < 2 else f(n - 1) + f(n - 2)
"""),
    ("memoise-recursion", "it reads a global", """
def f(n):
    return n if n < LIMIT else f(n - 1) + f(n - 2)
"""),
    ("memoise-recursion", "it is decorated", """
import functools

@functools.cache
def f(n):
    return n if n < 2 else f(n - 1) + f(n - 2)
"""),
    ("memoise-recursion", "one call needs no memory", """
def f(n):
    return 1 if n < 2 else n * f(n - 1)
"""),
    # ---------------------------------------------------------------- constants
    ("regex-to-module-constant", "the pattern is computed", """
import re

def f(word, text):
    return re.match(word + "$", text)
"""),
    ("regex-to-module-constant", "the pattern is broken: import would fail", """
import re

def f(text):
    return re.match("(", text)
"""),
    ("regex-to-module-constant", "the flags are a parameter", """
import re

def f(text, flags):
    return re.match("a", text, flags)
"""),
    ("regex-to-module-constant", "re is a parameter", """
import re

def f(re, text):
    return re.match("a", text)
"""),
    ("regex-to-module-constant", "re is another module", """
import regex as re

def f(text):
    return re.match("a", text)
"""),
    ("constant-value-to-module", "it raises in the call, not at import", """
from decimal import Decimal

def f():
    return Decimal("x")
"""),
    ("constant-value-to-module", "the locale decides", """
from datetime import datetime

def f():
    return datetime.strptime("May 2020", "%B %Y")
"""),
    ("constant-value-to-module", "now is no constant", """
from datetime import datetime

def f(zone):
    return datetime.now(zone)
"""),
    ("constant-table-to-module", "it is returned", """
def f():
    table = {"a": 1, "b": 2, "c": 3}
    return table
"""),
    ("constant-table-to-module", "it is changed", """
def f(x):
    table = {"a": 1, "b": 2, "c": 3}
    table[x] = 4
    return table[x]
"""),
    ("constant-table-to-module", "its lists can be changed", """
def f(x):
    table = {"a": [], "b": [], "c": []}
    return table[x]
"""),
    ("constant-table-to-module", "a nested function holds it", """
def f():
    table = {"a": 1, "b": 2, "c": 3}
    return lambda x: table[x]
"""),
    ("constant-table-to-module", "its items are handed out", """
def f():
    table = {"a": 1, "b": 2, "c": 3}
    other = table
    return other
"""),
    # ---------------------------------------------------------------- hoisting
    ("invariant-call-out-of-loop", "the list grows in the loop", """
def f(xs):
    while len(xs) < 9:
        xs.append(len(xs))
"""),
    ("invariant-call-out-of-loop", "the name is rebound in the loop", """
def f(xs, text):
    for x in xs:
        text = text[1:]
        print(text.lower())
"""),
    ("invariant-call-out-of-loop", "a new list is handed out each time", """
def f(xs, names):
    return [sorted(names) for x in xs]
"""),
    ("invariant-call-out-of-loop", "it runs later", """
def f(xs, text):
    return [lambda: text.lower() for x in xs]
"""),
    ("invariant-call-out-of-loop", "len is something else", """
def f(xs, ys, len):
    return [x for x in xs if x > len(ys)]
"""),
    ("repeated-call-to-local", "rebound in between", """
def f(line):
    a = line.strip()
    line = line[1:]
    return a, line.strip()
"""),
    ("repeated-call-to-local", "each use changes its own list", """
def f(line):
    a = line.split()
    b = line.split()
    return a, b
"""),
    ("repeated-call-to-local", "other arguments", """
def f(line):
    return line.strip("a") + line.strip("b")
"""),
    ("attribute-to-local", "the loop stores it", """
def f(self, xs):
    for x in xs:
        self.total = self.total + x
"""),
    ("attribute-to-local", "unknown code may store it", """
def f(self, xs):
    for x in xs:
        self.step(x)
        print(self.total)
"""),
    ("module-function-to-local", "no loop", """
import math

def f(x):
    return math.sqrt(x)
"""),
    # ---------------------------------------------------------------- quadratic
    ("nested-loop-join-to-index", "the search stops at the first", """
def f(orders, users):
    for order in orders:
        for user in users:
            if order.user == user.id:
                print(user)
                break
"""),
    ("nested-loop-join-to-index", "the others are seen, too", """
def f(orders, users):
    for order in orders:
        for user in users:
            if order.user == user.id:
                print(user)
            else:
                print(order)
"""),
    ("nested-loop-join-to-index", "the rows change", """
def f(orders, users):
    for order in orders:
        for user in users:
            if order.user == user.id:
                users.append(order)
"""),
    ("nested-loop-join-to-index", "keys change", """
def f(orders, users):
    for order in orders:
        for user in users:
            if order.user == user.id:
                user.id = 0
"""),
    ("nested-loop-join-to-index", "no equality", """
def f(orders, users):
    for order in orders:
        for user in users:
            if order.user < user.id:
                print(user)
"""),
    ("count-in-loop-to-counter", "the list changes", """
def f(xs: list):
    for x in xs:
        if xs.count(x) > 1:
            xs.remove(x)
"""),
    ("count-in-loop-to-counter", "it may be text", """
def f(text, words):
    return [text.count(word) for word in words]
"""),
    ("earlier-slice-to-fromkeys", "the later ones", """
def f(xs):
    return [x for i, x in enumerate(xs) if x not in xs[i:]]
"""),
    ("prefix-sums-to-accumulate", "not all prefixes", """
def f(xs):
    return [sum(xs[:i]) for i in range(3)]
"""),
)  # fmt: skip

ASSUMED: tuple[tuple[str, str, str], ...] = (
    ("membership-list-to-set", "elements may be unhashable", """
def f(words, known: list):
    return [word for word in words if word in known]
"""),
    ("seen-list-to-set", "elements may be unhashable", """
def f(items):
    seen = []
    for item in items:
        if item not in seen:
            seen.append(item)
    return len(seen)
"""),
    ("membership-literal-to-set", "a list can't be looked up in a set", """
def f(x):
    return x in [1, 2, 3]
"""),
    ("sorted-to-extreme", "NaN has no order", """
def f(xs):
    return sorted(xs)[0]
"""),
    ("range-len-to-elements", "it may be a mapping", """
def f(xs):
    return [xs[i] for i in range(len(xs))]
"""),
    ("string-concatenation-to-join", "pieces may be no strings", """
def f(xs):
    text = ""
    for x in xs:
        text += x
    return text
"""),
    ("prefix-sums-to-accumulate", "floats add up to other bits", """
def f(xs: list[float]):
    return [sum(xs[:i]) for i in range(len(xs))]
"""),
    ("sum-of-lists-to-chain", "tuples raise in sum", """
def f(xs):
    return sum(xs, [])
"""),
    ("list-queue-to-deque", "the text of the IndexError differs", """
def f(xs):
    queue = list(xs)
    for x in xs:
        print(queue.pop(0))
"""),
    ("invariant-call-out-of-loop", "the loop may not run", """
def f(xs, ys):
    return [x for x in xs if x > len(ys)]
"""),
    ("keys-loop-to-items", "it may be no plain dictionary", """
def f(d):
    return [d[k] for k in d]
"""),
    ("counting-loop-to-counter", "Counter takes a mapping's values", """
def f(xs):
    counts = {}
    for x in xs:
        counts[x] = counts.get(x, 0) + 1
    return counts
"""),
    ("count-in-loop-to-counter", "elements may be unhashable", """
def f(xs: list):
    return [x for x in xs if xs.count(x) == 1]
"""),
    ("lookup-to-get", "a defaultdict makes the value", """
def f(table, key):
    if key in table:
        value = table[key]
    else:
        value = None
    return value
"""),
    ("copy-to-iterate", "unknown code may change it", """
def f(xs: list, g):
    for x in list(xs):
        g(x)
"""),
    ("memoise-recursion", "arguments may be unhashable", """
def f(n):
    return n if n < 2 else f(n - 1) + f(n - 2)
"""),
    ("deepcopy-of-flat-to-copy", "an annotation holds nobody", """
import copy

def f(xs: list[int]):
    return copy.deepcopy(xs)
"""),
)  # fmt: skip
