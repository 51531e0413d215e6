"""The built-in agent that does nothing: it measures the harness itself."""

from codingagentbench.core.agent import AgentDefinition, BuiltIn

AGENT = AgentDefinition(
    name="nop",
    title="nop (does nothing)",
    version="1",
    home_page="https://codingagentbench.com",
    licence="Apache-2.0",
    install=BuiltIn(),
    argv=("/usr/bin/true",),
    makes_calls=False,
)
