"""Holds the forms that the Worker sent against the parameter types of Stripe's own library.

Usage: check.py FORMS.jsonl, as the API tests write it. The types are generated from Stripe's
description of its API, for the version that the Worker asks for.
"""

import json
import re
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from types import ModuleType

import stripe
from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import is_typeddict

VERSION = "2026-10-28.endive"

# Every operation that the Worker uses, and the module of its parameters.
OPERATIONS = {
    "POST /v1/customers": "_customer_create_params",
    "GET /v1/customers/{}": "_customer_retrieve_params",
    "POST /v1/payment_intents": "_payment_intent_create_params",
    "GET /v1/payment_intents": "_payment_intent_list_params",
    "GET /v1/payment_intents/{}": "_payment_intent_retrieve_params",
    "GET /v1/payment_methods/{}": "_payment_method_retrieve_params",
    "POST /v1/payment_methods/{}/detach": "_payment_method_detach_params",
    "POST /v1/checkout/sessions": "checkout._session_create_params",
    "GET /v1/checkout/sessions/{}": "checkout._session_retrieve_params",
    "POST /v1/checkout/sessions/{}/expire": "checkout._session_expire_params",
    "POST /v1/refunds": "_refund_create_params",
    "GET /v1/refunds": "_refund_list_params",
    "GET /v1/refunds/{}": "_refund_retrieve_params",
}

# Mistakes that must be found; otherwise nothing would be.
MISTAKES = [
    ("POST /v1/payment_intents", {"payment_method_types[0]": "card"}),
    ("POST /v1/payment_intents", {"amount": "12.5"}),
    ("POST /v1/payment_intents", {"of_session": "true"}),
    ("POST /v1/checkout/sessions", {"mode": "paiment"}),
    ("POST /v1/checkout/sessions", {"payment_intent_data[setup_future_usage]": "offsession"}),
    ("POST /v1/checkout/sessions", {"line_items[0][price_data][name]": "Trees"}),
    ("POST /v1/checkout/sessions", {"setup_intent_data[metadata]": "1"}),
    ("POST /v1/refunds", {"reason": "because"}),
]


def load(name):
    """A module of the library, with its lists of words closed: it lets them be any text."""
    source = find_spec(name).loader.get_source(name)
    closed = re.sub(r"(Literal\[(?!''\])[^\]]*\])\|str\b", r"\1", source)
    module = sys.modules[name] = ModuleType(name)
    # Names that the library has in another module, or for type checkers only.
    vars(module).update(StripeContext=stripe.StripeContext, Mapping=Mapping)
    exec(compile(closed, name, "exec"), vars(module))
    return module


def read_types(module):
    """The type of the parameters in a module, which takes no field that it does not name."""
    module = load(f"stripe.params.{module}")
    types = [kind for kind in vars(module).values() if is_typeddict(kind)]
    for kind in types:
        kind.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    own = [kind for kind in types if kind.__module__ == module.__name__]
    return TypeAdapter(min(own, key=lambda kind: len(kind.__name__)))


def nested(form):
    """The fields of a form as Stripe reads them: a[b][0]=c."""
    fields = {}
    for name, value in form:
        *places, last = re.findall(r"[^\[\]]+", name)
        into = fields
        for place in places:
            into = into.setdefault(place, {})
        into[last] = value
    return as_lists(fields)


def as_lists(value):
    if not isinstance(value, dict):
        return value
    values = {name: as_lists(entry) for name, entry in value.items()}
    is_list = bool(values) and all(name.isdigit() for name in values)
    return list(values.values()) if is_list else values


def general(operation):
    """The operation without the ids in its path."""
    return re.sub(r"/(cus|pi|pm|cs|re)_[^/]+", "/{}", operation)


def main():
    if stripe.api_version != VERSION:
        sys.exit(f"The library is for {stripe.api_version}, and the Worker asks for {VERSION}")
    types = {operation: read_types(module) for operation, module in OPERATIONS.items()}
    with open(sys.argv[1], encoding="utf-8") as file:
        calls = [json.loads(line) for line in file]
    wrong, seen = [], set()
    for call in calls:
        operation = general(call["operation"])
        seen.add(operation)
        if operation not in types:
            wrong.append(f"{operation} is not known")
            continue
        try:
            types[operation].validate_python(nested(call["form"]))
        except ValidationError as error:
            wrong.append(f"{operation}: {error}")
    for operation, form in MISTAKES:
        valid = next(call["form"] for call in calls if general(call["operation"]) == operation)
        changed = [field for field in valid if field[0] not in form] + list(form.items())
        try:
            types[operation].validate_python(nested(changed))
            wrong.append(f"A mistake was not found: {form}")
        except ValidationError:
            pass
    if wrong:
        sys.exit("\n".join(sorted(set(wrong))))
    print(f"{len(calls)} calls of {len(seen)} operations are as Stripe's own library describes them")


main()
