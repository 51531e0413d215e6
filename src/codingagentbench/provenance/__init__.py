"""Where and by whom a cell was run: the host's fingerprint and the identity of processes."""

from codingagentbench.provenance.host import fingerprint, load_average
from codingagentbench.provenance.process import identity_of, owner_alive, process_identity

__all__ = ["fingerprint", "identity_of", "load_average", "owner_alive", "process_identity"]
