"""Pictures of pages for links that are shared: Open Graph images, 1200 x 630, drawn without a system font."""

from codingagentbench.site.social.card import draw_card
from codingagentbench.site.social.picture import is_pictured, picture

__all__ = ["draw_card", "is_pictured", "picture"]
