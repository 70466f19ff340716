# kind: rare inputs
# reason: result-differs
# --- original
def hexadecimal(number):
    """Write a number with base 16."""
    return format(number, "x")
# --- tests
assert hexadecimal(255) == "ff"
assert hexadecimal(0) == "0"
# --- rewrite
def hexadecimal(number):
    """Write a number with base 16."""
    return hex(number)[2:]
# --- witness
assert hexadecimal(-1) == "-1"
