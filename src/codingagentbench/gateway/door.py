"""The gateway's door: who may pass, and what is answered without the endpoint."""

from __future__ import annotations

import hmac

from aiohttp import web

from codingagentbench.gateway import replies
from codingagentbench.gateway.answer import MAX_NAME
from codingagentbench.gateway.cell import CellLog
from codingagentbench.gateway.draft import CallDraft
from codingagentbench.gateway.notes import NoteKind
from codingagentbench.gateway.redact import Redactor
from codingagentbench.gateway.request import MODELS_PATH, AgentRequest

_SHOWN_PATH = 120


class Door:
    """Knows the cell's model and token. `keys` finds real keys in requests."""

    def __init__(self, *, model: str, token: str, keys: Redactor, log: CellLog) -> None:
        self._model = model
        self._token = token.encode()
        self._keys = keys
        self._log = log

    def answer(self, draft: CallDraft) -> web.Response | None:
        """The reply to a call that is not sent on; None lets a completion pass."""
        call = draft.request
        if not self._has_token(call):
            self._note(NoteKind.BAD_TOKEN, f"{call.api} call without this cell's token", draft)
            return replies.error(401, "Incorrect API key provided: not this cell's token.", code="invalid_api_key")
        if call.api == "models":
            return self._models(draft)
        if call.api == "other":
            return self._unknown_route(draft)
        return self._malformed(draft) or self._wrong_model(call.model, draft) or self._ended()

    def passes(self, draft: CallDraft) -> None:
        """Note a real key in a call that is sent on: it came from somewhere the agent must not reach."""
        if self._keys.finds(draft.request.body):
            self._note(NoteKind.SECRET_LEAKED, "a real key is in a request of the agent", draft)

    def _has_token(self, call: AgentRequest) -> bool:
        scheme, _, given = call.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), self._token)
        return right and scheme.lower() == "bearer"

    def _models(self, draft: CallDraft) -> web.Response:
        path = draft.request.path
        if path == MODELS_PATH:
            return replies.model_list(self._model)
        asked = path.removeprefix(f"{MODELS_PATH}/")
        return self._wrong_model(asked, draft) or web.json_response(replies.model_entry(self._model))

    def _wrong_model(self, asked: str, draft: CallDraft) -> web.Response | None:
        if asked == self._model:
            return None
        self._note(NoteKind.UNLISTED_MODEL, f"asked for model {asked[:MAX_NAME]!r}", draft)
        message = f"The model {asked[:MAX_NAME]!r} does not exist here; the only model is {self._model!r}."
        return replies.error(404, message, code="model_not_found")

    def _unknown_route(self, draft: CallDraft) -> web.Response:
        method, path = draft.request.method, draft.request.path[:_SHOWN_PATH]
        self._note(NoteKind.UNKNOWN_ROUTE, f"{method} {path!r}", draft)
        message = (
            f"{method} {path} is not served here. This gateway knows POST /v1/chat/completions, "
            "POST /v1/responses and GET /v1/models; the base URL ends in /v1."
        )
        return replies.error(404, message, code="unknown_url")

    def _malformed(self, draft: CallDraft) -> web.Response | None:
        if isinstance(draft.request.json, dict):
            return None
        self._note(NoteKind.BAD_REQUEST, "the body is no JSON object", draft)
        return replies.error(400, "The request body is not a JSON object.", code="invalid_json")

    def _ended(self) -> web.Response | None:
        detail = self._log.limit_reached()
        if detail is not None:
            return replies.error(429, f"Limit of this cell: {detail}.", code="cab_limit_reached", kind="cab_limit")
        if self._log.stop is not None:
            return replies.error(503, f"The cell has ended: {self._log.stop.detail}", code="cab_cell_ended")
        return None

    def _note(self, kind: NoteKind, detail: str, draft: CallDraft) -> None:
        self._log.note(kind, detail, draft.index)
