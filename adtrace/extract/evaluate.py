"""What expressions in JavaScript come to, as far as their text alone tells: read by a parser, never run.

Known: literals, names assigned once, concatenation, template strings, members of literal objects and arrays,
arguments of functions called where they stand, parameters' defaults, addresses made with URL and URLSearchParams, and
a short list of pure functions (atob, unescape, String.fromCharCode, join, reverse, split, concat, replace, slice, …).
Everything else is unknown.
"""

import re
from collections.abc import Callable, Iterator

import tree_sitter
import tree_sitter_javascript
from tree_sitter import Node

from adtrace.extract.packer import unpack
from adtrace.extract.pure import (
    FUNCTIONS,
    MAX_TEXT,
    METHODS,
    REFUSED,
    Value,
    joined,
    query_of,
    unescaped,
    with_parameter,
)

MAX_NUMBER = 1 << 53
MAX_DEPTH = 40  # expressions within expressions
MAX_STEPS = 20_000  # expressions evaluated in one script
_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
_SETS_PARAMETER = re.compile(r"([\w$.]+?)(?:\.searchParams)?\.(?:set|append)")
_PATH = re.compile(r"(?:window\.)?(?:self\.)?(?:globalThis\.)?(?:top\.)?([\w$]+(?:\.[\w$]+)*)")
# What any page answers: the scheme under which tags are fetched now.
_PAGE = {"location.protocol": "https:", "document.location.protocol": "https:"}
# What holds no other expression, and is most of a script.
_LEAVES = frozenset(("identifier", "property_identifier", "string", "number", "comment", "regex"))
_PASSED_ON = frozenset(("parenthesized_expression", "template_substitution"))
_NAMES = frozenset(("identifier", "member_expression", "shorthand_property_identifier_pattern"))
_WITH_DEFAULT = frozenset(("assignment_pattern", "object_assignment_pattern"))


class Script:
    """One script, parsed: what its names are, and what its expressions come to.

    steps: how the last evaluated value was made: concat, atob, unescape, fromCharCode, join, reverse, packer, …
    """

    def __init__(self, code: bytes) -> None:
        self.root = _PARSER.parse(code).root_node
        self.steps: dict[str, None] = {}
        self._left = MAX_STEPS
        self._names: dict[str, Node | None] = {}  # None: assigned more than once
        self._known: dict[str, Value] = {}
        self._bound: set[int] = set()  # parameter lists whose arguments are known
        self._parameters: dict[
            str, list[Node]
        ] = {}  # calls that set one in an address of that name; in no order
        for node in self._all(self.root):
            self._note(node)

    @staticmethod
    def _all(root: Node) -> Iterator[Node]:
        """Every named node but leaves, parents first; without recursion, as scripts may nest 100,000 deep."""
        stack = [root]
        while stack:
            node = stack.pop()
            yield node
            stack += [child for child in node.named_children if child.type not in _LEAVES]

    def _note(self, node: Node) -> None:
        kind = node.type
        if kind == "variable_declarator":
            if value := node.child_by_field_name("value"):
                self._take(node.child_by_field_name("name"), value)
        elif kind == "assignment_expression":
            self._bind(node.child_by_field_name("left"), node.child_by_field_name("right"))
        elif kind in ("augmented_assignment_expression", "update_expression"):
            self._forget(node.child_by_field_name("left") or node.child_by_field_name("argument"))
        elif kind == "call_expression":
            self._bind_arguments(node)
            self._note_parameter(node)
        elif kind == "formal_parameters" and node.id not in self._bound:
            for parameter in node.named_children:
                self._take(parameter, None)
        elif kind in ("arrow_function", "catch_clause"):
            single = node.child_by_field_name("parameter")
            if single is None or single.id not in self._bound:
                self._forget(single)
        elif kind == "for_in_statement":
            self._take(node.child_by_field_name("left"), None)

    def _bind(self, left: Node | None, right: Node | None) -> None:
        if left is None or right is None:
            return
        if name := self._name_of(left):
            before = self._names.get(name, right)
            same = before is not None and before.text == right.text
            self._names[name] = right if same else None

    def _forget(self, left: Node | None) -> None:
        """What stands here is set by what runs."""
        if left is not None and (name := self._name_of(left)):
            self._names[name] = None

    def _take(self, left: Node | None, right: Node | None) -> None:
        """A name, or each that a pattern takes out of an object, stands for what is given; else for its default."""
        if left is None:
            return
        if left.type in _WITH_DEFAULT:
            default = left.child_by_field_name("right")
            self._take(left.child_by_field_name("left"), default if right is None else right)
        elif left.type == "object_pattern":
            members = self._members_of(right)
            for part in left.named_children:
                key, target = part.child_by_field_name("key"), part.child_by_field_name("value")
                if part.type == "object_assignment_pattern":
                    key = part.child_by_field_name("left")
                self._take(target or part, members.get(_source(key or part)))
        elif left.type == "array_pattern":
            items = right.named_children if right is not None and right.type == "array" else []
            for i, part in enumerate(left.named_children):
                self._take(part, items[i] if i < len(items) else None)
        elif right is None:
            self._forget(left)
        else:
            self._bind(left, right)

    @staticmethod
    def _members_of(node: Node | None) -> dict[str, Node]:
        """What a literal object holds, by its keys; {} for anything else."""
        pairs = node.named_children if node is not None and node.type == "object" else []
        found = ((p.child_by_field_name("key"), p.child_by_field_name("value")) for p in pairs)
        return {
            _source(key).strip("\"'"): value for key, value in found if key is not None and value is not None
        }

    def _note_parameter(self, call: Node) -> None:
        """address.searchParams.set("zone", "…"), parameters.append("zone", "…")."""
        callee = call.child_by_field_name("function")
        name = self._name_of(callee) if callee is not None else None
        found = _SETS_PARAMETER.fullmatch(name or "")
        if found:
            self._parameters.setdefault(found[1], []).append(call)

    def _bind_arguments(self, call: Node) -> None:
        """(function (host, zone) {…})("…", "…"): the parameters are the arguments."""
        callee, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        while callee is not None and callee.type in _PASSED_ON and callee.named_children:
            callee = callee.named_children[0]
        if (
            callee is None
            or arguments is None
            or callee.type not in ("function_expression", "arrow_function")
        ):
            return
        parameters = callee.child_by_field_name("parameters")
        single = callee.child_by_field_name("parameter")  # of an arrow without parentheses
        taking = single if parameters is None else parameters
        if taking is None:
            return
        self._bound.add(taking.id)
        given = arguments.named_children
        for i, left in enumerate([taking] if parameters is None else parameters.named_children):
            self._take(left, given[i] if i < len(given) else None)

    @staticmethod
    def _name_of(node: Node) -> str | None:
        """`zone`, `cfg.zone`; `window.` in front makes no difference. None for anything computed."""
        if node.type not in _NAMES or node.end_byte - node.start_byte > 100:
            return None
        found = _PATH.fullmatch((node.text or b"").decode("ascii", "replace"))
        return found[1] if found else None

    def value(self, node: Node, depth: int = 0) -> Value:
        """What the expression comes to; None if that is not known, or is null."""
        self._left -= 1
        if depth > MAX_DEPTH or self._left < 0:
            return None
        kind = node.type
        if kind in _PASSED_ON:
            return self.value(node.named_children[0], depth + 1) if node.named_child_count == 1 else None
        found = _KINDS[kind](self, node, depth) if kind in _KINDS else None
        if isinstance(found, int):
            return found if abs(found) <= MAX_NUMBER else None
        return None if isinstance(found, (str, list)) and len(found) > MAX_TEXT else found

    def text(self, node: Node, depth: int = 0) -> str | None:
        """The value as a string, as concatenation takes it."""
        found = self.value(node, depth)
        return str(found) if isinstance(found, (str, int)) else None

    def _string(self, node: Node, _depth: int) -> Value:
        raw = _source(node)[1:-1]
        if "\\" in raw:
            self.steps["escapes"] = None
            raw = unescaped(raw)
        return raw

    @staticmethod
    def template(node: Node) -> list[str | Node]:
        """What a template string joins, in order: its texts, which may be empty, and its expressions."""
        parts: list[str | Node] = []
        whole, begin = node.text or b"", node.start_byte
        at = 1
        for child in node.named_children:
            if child.type == "template_substitution":
                parts += (_unescaped(whole[at : child.start_byte - begin]), child)
                at = child.end_byte - begin
        return [*parts, _unescaped(whole[at:-1])]

    def _template(self, node: Node, depth: int) -> Value:
        parts = self.template(node)
        texts = [part if isinstance(part, str) else self.text(part, depth + 1) for part in parts]
        if None in texts:
            return None
        if len(parts) > 1:
            self.steps["template"] = None
        return joined(list(filter(None, texts)))

    def _number(self, node: Node, _depth: int) -> Value:
        try:
            return int(_source(node, 20), 0)
        except ValueError:
            return None

    def _unary(self, node: Node, depth: int) -> Value:
        operator, argument = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        if operator is None or operator.type != "-" or argument is None:
            return None
        found = self.value(argument, depth + 1)
        return -found if isinstance(found, int) else None

    def _identifier(self, node: Node, depth: int) -> Value:
        name = self._name_of(node)
        if name is None:
            return None
        if name in _PAGE:
            return _PAGE[name]
        if name not in self._known:
            self._known[name] = None  # a name that is made of itself is unknown
            bound = self._names.get(name)
            self._known[name] = None if bound is None else self._value_of(name, bound, depth + 1)
        found = self._known[name]
        if found is not None:
            self.steps["constant"] = None
        return found

    def _value_of(self, name: str, bound: Node, depth: int) -> Value:
        """What a name is bound to comes to; of an address or a query with what is known to be set in it."""
        made = self.value(bound, depth)
        if bound.type != "new_expression" or not isinstance(made, str):
            return made
        address: str | None = made
        for call in sorted(self._parameters.get(name, ()), key=lambda node: node.start_byte):
            arguments = call.child_by_field_name("arguments")
            texts = [self.text(node, depth + 1) for node in arguments.named_children] if arguments else []
            if address is not None and len(texts) == 2 and texts[0] is not None and texts[1] is not None:
                address = with_parameter(address, texts[0], texts[1])
        return address

    def _new(self, node: Node, depth: int) -> Value:
        """`new URL("…")`, `new URLSearchParams({…})`: the address, the query."""
        constructor = node.child_by_field_name("constructor")
        arguments = node.child_by_field_name("arguments")
        name = self._name_of(constructor) if constructor is not None else None
        given = arguments.named_children if arguments is not None else []
        if name not in ("URL", "URLSearchParams") or len(given) > 1:
            return None
        self.steps["url"] = None
        value = self.value(given[0], depth + 1) if given else ""
        if name == "URL":
            return value if isinstance(value, str) and "//" in value else None
        return query_of(value)

    def _member(self, node: Node, depth: int) -> Value:
        found = self._identifier(node, depth)
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if found is not None or owner is None or name is None:
            return found
        return _part(self.value(owner, depth + 1), _source(name))

    def _subscript(self, node: Node, depth: int) -> Value:
        owner, index = node.child_by_field_name("object"), node.child_by_field_name("index")
        if owner is None or index is None:
            return None
        key = self.value(index, depth + 1)
        return _part(self.value(owner, depth + 1), key) if isinstance(key, (str, int)) else None

    def _array(self, node: Node, depth: int) -> Value:
        return [self.value(child, depth + 1) for child in node.named_children]

    def _object(self, node: Node, depth: int) -> Value:
        found: dict[str, Value] = {}
        for pair in node.named_children:
            key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
            if key is not None and value is not None:
                found[_source(key).strip("\"'")] = self.value(value, depth + 1)
        return found

    @staticmethod
    def operands(node: Node) -> list[Node]:
        """What a + b + … adds, in order: the grammar nests it to the left, however long; [] for other operators."""
        found: list[Node] = []
        while node.type == "binary_expression":
            operator, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
            right = node.child_by_field_name("right")
            if operator is None or operator.type != "+" or left is None or right is None:
                break
            found.append(right)
            node = left
        return [node, *reversed(found)] if found else []

    def _binary(self, node: Node, depth: int) -> Value:
        values = [self.value(operand, depth + 1) for operand in self.operands(node)]
        if not values or not all(isinstance(value, (str, int)) for value in values):
            return None
        if all(isinstance(value, int) for value in values):
            return sum(value for value in values if isinstance(value, int))
        self.steps["concat"] = None
        return joined([str(value) for value in values])

    def _ternary(self, node: Node, depth: int) -> Value:
        """`"https:" == location.protocol ? "https://a" : "http://b"`: the first; other choices are not known."""
        first, second = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        if first is None or second is None:
            return None
        secure, plain = self.value(first, depth + 1), self.value(second, depth + 1)
        if isinstance(secure, str) and isinstance(plain, str) and secure.startswith("https:"):
            return secure
        return None

    def _call(self, node: Node, depth: int) -> Value:
        callee, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if callee is None or arguments is None or arguments.type != "arguments":
            return None
        nodes = arguments.named_children
        if callee.type == "function_expression":
            return None
        name = self._name_of(callee)
        if name == "eval":
            return self._packed(nodes[0], depth) if len(nodes) == 1 else None
        if name and (name in FUNCTIONS or name == "String.fromCharCode.apply"):
            values = [self.value(argument, depth + 1) for argument in nodes]
            if name == "String.fromCharCode.apply":
                values = values[1] if len(values) == 2 and isinstance(values[1], list) else []
                name = "String.fromCharCode"
            return self._made(name.rpartition(".")[2], FUNCTIONS[name], values)
        if callee.type != "member_expression":
            return None
        owner, method = callee.child_by_field_name("object"), callee.child_by_field_name("property")
        if owner is None or method is None or _source(method) not in METHODS:
            return None
        target = self.value(owner, depth + 1)
        if target is None:
            return None
        values = [
            _source(argument) if argument.type == "regex" else self.value(argument, depth + 1)
            for argument in nodes
        ]
        return self._made(_source(method), METHODS[_source(method)], [target, *values])

    def _packed(self, call: Node, depth: int) -> Value:
        callee, arguments = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        if callee is None or arguments is None or not _source(callee, 40).startswith("function(p,a,c,k,e"):
            return None
        values = [self.value(argument, depth + 1) for argument in arguments.named_children[:4]]
        match values:
            case [str(text), int(base), int(count), list(words)]:
                return self._made(
                    "packer", lambda: unpack(text, base, count, [str(w or "") for w in words]), []
                )
        return None

    def _made(self, step: str, function: Callable[..., Value], values: list[Value]) -> Value:
        try:
            found = function(*values)
        except REFUSED:
            return None
        if found is not None:
            self.steps[step] = None
        return found


def _unescaped(text: bytes) -> str:
    return unescaped(text.decode("ascii", "replace"))


def _source(node: Node, most: int = MAX_TEXT) -> str:
    return (node.text or b"")[:most].decode("ascii", "replace")


def _part(owner: Value, key: str | int) -> Value:
    if isinstance(owner, dict):
        return owner.get(str(key))
    if isinstance(owner, (list, str)):
        if key == "length":
            return len(owner)
        if key == "href":  # of an address, which is text here
            return owner
        if isinstance(key, int) and 0 <= key < len(owner):
            return owner[key]
    return None


_KINDS: dict[str, Callable[[Script, Node, int], Value]] = {
    "string": Script._string,
    "template_string": Script._template,
    "number": Script._number,
    "unary_expression": Script._unary,
    "identifier": Script._identifier,
    "member_expression": Script._member,
    "subscript_expression": Script._subscript,
    "array": Script._array,
    "object": Script._object,
    "binary_expression": Script._binary,
    "ternary_expression": Script._ternary,
    "call_expression": Script._call,
    "new_expression": Script._new,
}
