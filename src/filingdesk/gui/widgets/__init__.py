"""Small painted widgets that speak the visual language of `filingdesk.gui.theme`."""
