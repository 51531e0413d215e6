"""Reference models: scripted policies on the OpenAI wire that drive real agents (`docs/reference-models.md`)."""

from codingagentbench.gateway.reference.brief import ReferenceBrief
from codingagentbench.gateway.reference.policies import REFERENCE_MODELS, describe, is_reference
from codingagentbench.gateway.reference.scripted import reference_upstream

__all__ = ["REFERENCE_MODELS", "ReferenceBrief", "describe", "is_reference", "reference_upstream"]
