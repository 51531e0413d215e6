"""The gateway: where every model call of a cell is metered, traced, limited and recorded."""

from codingagentbench.gateway.cell import GatewayStop
from codingagentbench.gateway.hosted import strip_hosted_tools
from codingagentbench.gateway.http import HttpUpstream
from codingagentbench.gateway.notes import Note, NoteKind
from codingagentbench.gateway.server import Gateway
from codingagentbench.gateway.upstream import (
    Upstream,
    UpstreamCut,
    UpstreamRequest,
    UpstreamResponse,
    UpstreamUnavailable,
)

__all__ = [
    "Gateway",
    "GatewayStop",
    "HttpUpstream",
    "Note",
    "NoteKind",
    "Upstream",
    "UpstreamCut",
    "UpstreamRequest",
    "UpstreamResponse",
    "UpstreamUnavailable",
    "strip_hosted_tools",
]
