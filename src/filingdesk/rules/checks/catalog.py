"""Every check function by its name: importing this module loads them all."""

from filingdesk.rules.checks import algorithm, model, products, subject
from filingdesk.rules.checks.register import CHECKS

__all__ = ["CHECKS", "algorithm", "model", "products", "subject"]
