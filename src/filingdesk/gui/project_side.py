"""The side of the window that only a project needs: read when the first one is opened, or beside the start page before that.

It brings the store, every declared field and all rules along. So the window is painted before, and `gui.shell` names it
inside its functions only.
"""

from filingdesk.gui import touring as touring
from filingdesk.gui.desk import Desk as Desk
from filingdesk.gui.knowledge import Knowledge as Knowledge
from filingdesk.gui.profilekeeper import keeper_of as keeper_of
from filingdesk.gui.profilekeeper import tell_news as tell_news
from filingdesk.gui.workbench import Workbench as Workbench
from filingdesk.services import profile as profiles

__all__ = ["Desk", "Knowledge", "Workbench", "keeper_of", "profiles", "tell_news", "touring"]
