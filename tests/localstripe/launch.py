"""Starts localstripe on 127.0.0.1, and adds what the Worker needs of Stripe and localstripe lacks.

Usage: launch.py PORT. Left out are the parameters that localstripe refuses because it does not know
them; Stripe's own types check them elsewhere. Added are idempotency keys and `amount_received`.
"""

import json
import sys

from aiohttp import web
from localstripe.server import app
from multidict import MultiDict, MultiDictProxy

# By the path of the call: fields, or the beginnings of fields.
UNKNOWN = {
    "/v1/payment_intents": ("allowed_payment_method_types", "description"),
    "/v1/refunds": ("reason",),
}

answered = {}


@web.middleware
async def without_unknown(request, handler):
    unknown = UNKNOWN.get(request.path)
    if request.method == "POST" and unknown:
        form = MultiDict(
            (name, value)
            for name, value in (await request.post()).items()
            if not name.startswith(unknown)
        )
        request._post = MultiDictProxy(form)
    return await handler(request)


@web.middleware
async def once_for_each_key(request, handler):
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return await handler(request)
    sent = (request.path, tuple((await request.post()).items()))
    if key not in answered:
        response = await handler(request)
        answered[key] = (sent, response.status, response.body)
    known, status, body = answered[key]
    if known != sent:
        return web.json_response({"error": {"type": "idempotency_error"}}, status=400)
    return web.Response(status=status, body=body, content_type="application/json")


@web.middleware
async def with_amount_received(request, handler):
    response = await handler(request)
    if request.path.startswith("/v1/payment_intents") and response.status == 200:
        body = json.loads(response.body)
        if body.get("object") == "payment_intent":
            is_paid = body["status"] == "succeeded"
            body["amount_received"] = body["amount"] if is_paid else 0
            return web.json_response(body)
    return response


app.middlewares[:0] = [once_for_each_key, without_unknown, with_amount_received]
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
