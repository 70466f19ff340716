"""Describe NumPy and pandas values, where the project has imported them."""

import sys

from .encode import Real, Text

_BYTES = 1 << 14  # bytes of array data that share one token


def describe(value, encoder, name):
    """Describe an array, a scalar, a data type, a frame, a series or an index; else None."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "ndarray"):
        return None
    if isinstance(value, numpy.ndarray):
        return _array(value, encoder, name, numpy)
    if isinstance(value, numpy.generic):
        return _scalar(value, encoder, numpy)
    if isinstance(value, numpy.dtype):
        return "dtype " + _dtype(value), [], False
    if isinstance(value, numpy.random.Generator):
        return "generator " + name, [(".state", value.bit_generator.state)], True
    if isinstance(value, numpy.random.RandomState):
        return "random state", [(".state", value.get_state(legacy=False))], True
    pandas = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):
        return None
    return _pandas(value, name, pandas)


def _dtype(dtype):
    return repr(dtype.descr) if dtype.fields else dtype.str


def _layout(array):
    flags = array.flags
    order = ("C" if flags.c_contiguous else "") + ("F" if flags.f_contiguous else "")
    return "%s %s" % (order or "strided", "writeable" if flags.writeable else "read-only")


def _array(array, encoder, name, numpy):
    root = array
    while isinstance(root.base, numpy.ndarray):
        root = root.base
    block = encoder.share(id(root), root) if array.size else ""
    text = "%s %s %s %s" % (name, _dtype(array.dtype), array.shape, _layout(array))
    children = _contents(numpy.asarray(array), encoder, numpy)
    mask = getattr(array, "mask", None)
    if name.startswith("numpy.ma."):
        children.append((".mask", numpy.asarray(mask)))
    return text, children, block or True


def _contents(array, encoder, numpy):
    if array.dtype.hasobject:
        return [("", array.tolist())]
    if array.dtype.kind in "fc":
        if encoder.tolerant:
            real = array.view(array.real.dtype) if array.dtype.kind == "c" else array
            return [("[%d]" % i, Real(float(x))) for i, x in enumerate(real.ravel().tolist())]
        array = numpy.array(array, order="C", copy=True)
        array[numpy.isnan(array)] = numpy.nan  # NaNs are equal to each other
    if array.size <= 64:
        return [("[%s]" % _index(i, array), Text(_item(x))) for i, x in numpy.ndenumerate(array)]
    raw = array.tobytes()
    pieces = range(0, len(raw), _BYTES)
    return [(" bytes %d" % i, Text(_short(raw[i : i + _BYTES]))) for i in pieces]


def _index(index, array):
    return ", ".join(str(part) for part in index)


def _item(value):
    return "item %r" % (value.tobytes().hex() if value.dtype.kind == "V" else value.item(),)


def _short(data):
    from hashlib import blake2b

    return "data " + blake2b(data, digest_size=12).hexdigest()


def _scalar(value, encoder, numpy):
    text = "scalar " + _dtype(value.dtype)
    if value.dtype.kind == "f" and value.dtype.itemsize <= 8:
        return text, [("", Real(float(value)))], False
    if value != value and value.dtype.kind in "fcmM":
        return text + " nan", [], False
    return text, [("", Text("item %s %s" % (value.tobytes().hex(), value)))], False


# ------------------------------------------------------------------ pandas
def _pandas(value, name, pandas):
    if isinstance(value, pandas.DataFrame):
        columns = [value.iloc[:, i].array for i in range(value.shape[1])]
        children = [(".columns", value.columns), (".index", value.index)]
        children += _values(columns, value.columns, pandas)
        return "%s %s" % (name, value.shape), children + _metadata(value), True
    if isinstance(value, pandas.Series):
        children = [(".index", value.index), (".name", value.name)]
        return name, children + _values([value.array], [""], pandas) + _metadata(value), True
    if isinstance(value, pandas.Index):
        return _labels(value, name, pandas)
    if isinstance(value, pandas.api.extensions.ExtensionArray):
        return "%s %s" % (name, value.dtype), _values([value], [""], pandas), True
    if value is pandas.NA or value is pandas.NaT:
        return repr(value), [], False
    return None


def _metadata(value):
    return [(".attrs", dict(value.attrs)), (".flags", value.flags.allows_duplicate_labels)]


def _labels(index, name, pandas):
    if isinstance(index, pandas.MultiIndex):
        levels = [(".level %d" % i, index.get_level_values(i)) for i in range(index.nlevels)]
        return name, [(".names", list(index.names)), *levels], False
    if isinstance(index, pandas.RangeIndex):
        text = "%s %d %d %d" % (name, index.start, index.stop, index.step)
        return text, [(".name", index.name)], False
    extra = [(".name", index.name), (".freq", getattr(index, "freqstr", None))]
    return name, extra + _values([index.array], [""], pandas), False


def _values(arrays, names, pandas):
    children = []
    for array, name in zip(arrays, names):
        step = "[%r]" % name if isinstance(name, (str, int)) and name != "" else ".values"
        children.append((step + ".dtype", Text(str(array.dtype))))
        if isinstance(array.dtype, pandas.CategoricalDtype):
            children.append((step + ".categories", list(array.categories)))
            children.append((step + ".ordered", Text(str(array.ordered))))
            children.append((step + ".codes", array.codes.tolist()))
        elif array.dtype.kind in "iufcb" and hasattr(array, "to_numpy") and not array.isna().any():
            children.append((step, array.to_numpy().copy()))
        else:
            children.append((step, list(array)))
    return children
