"""Plugins: arguments, environment and files laid over an agent, in the order of the plugin stack."""

from codingagentbench.plugins.load import Plugin, load_plugin, load_stack

__all__ = ["Plugin", "load_plugin", "load_stack"]
