"""Every check function by its name: importing this module loads them all."""

from filingdesk.rules.checks import agreement, algorithm, model, products, subject
from filingdesk.rules.checks.register import CHECKS

__all__ = ["CHECKS", "agreement", "algorithm", "model", "products", "subject"]
