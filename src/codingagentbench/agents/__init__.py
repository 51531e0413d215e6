"""Agent adapters: each is one short file of data; third parties add theirs by the entry-point group."""

from codingagentbench.agents.install import Installation, find_installation, install_agent
from codingagentbench.agents.launch import Launch, LaunchSite, launch
from codingagentbench.agents.registry import agent_names, get_agent

__all__ = [
    "Installation",
    "Launch",
    "LaunchSite",
    "agent_names",
    "find_installation",
    "get_agent",
    "install_agent",
    "launch",
]
